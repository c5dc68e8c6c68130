using EtcdEdge.Raft.Membership;
using EtcdEdge.Raft.Model;
using EtcdEdge.StateMachine;
using EtcdEdge.StateMachine.Cluster;
using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.Snapshots.State;

/// <summary>
/// A committed configuration change with its result. The running loop and the replay at a start apply it here in the same way: a change that the
/// state machine refuses is void, and must not be passed to Raft.
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
