using EtcdEdge.Raft.Membership;
using EtcdEdge.Raft.Model;
using EtcdEdge.StateMachine;
using EtcdEdge.StateMachine.Cluster;
using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.Snapshots.State;

/// <summary>
/// A committed configuration change with what became of it. The running loop and the replay at a start apply it here, alike: a change that the
/// state machine refuses is void, and Raft must then not be told of it by anybody.
/// </summary>
public readonly record struct MembershipEntry(ConfChange Change, MembershipChange? Membership, ApplyResult Result)
{
    /// <summary>Whether it changes Raft's configuration.</summary>
    public bool Counts => Result.Error == EtcdError.None;

    public static MembershipEntry Apply(Applier applier, in Entry entry)
    {
        var change = ConfChange.Decode(entry.Data);
        var membership = change.Context.IsEmpty ? null : MembershipChange.Decode(change.Context.Span);
        return new MembershipEntry(change, membership, applier.ApplyMembershipChange(entry.Index, entry.Term, membership));
    }
}
