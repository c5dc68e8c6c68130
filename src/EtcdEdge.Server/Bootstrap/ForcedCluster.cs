using EtcdEdge.Raft.Membership;
using EtcdEdge.Raft.Model;
using EtcdEdge.Server.Common;
using EtcdEdge.StateMachine.Cluster;

namespace EtcdEdge.Server.Bootstrap;

/// <summary>
/// --force-new-cluster: the entries that make a member the only one of its cluster (etcd server/etcdserver/raft.go, createConfChangeEnts).
/// </summary>
internal static class ForcedCluster
{
    /// <exception cref="StartException">The member is none of the cluster any more.</exception>
    public static (HardState HardState, IReadOnlyList<Entry> Entries) Log(HardState last, ulong lastIndex, ClusterView view, ulong self)
    {
        var member = view.Find(self)
            ?? throw new StartException($"--force-new-cluster: member {self:x} is not in the cluster its data directory describes; it was removed");
        var changes = new List<ConfChange>();
        if (member.IsLearner)
        {
            changes.Add(Change(ConfChangeType.AddVoter, MembershipChangeKind.Promote, member));
        }

        changes.AddRange(view.Members.Where(other => other.Id != self)
            .Select(other => Change(ConfChangeType.Remove, MembershipChangeKind.Remove, other)));
        Entry[] entries = [.. changes.Select((change, i) => new Entry(last.Term, lastIndex + 1 + (ulong)i, EntryType.ConfChange, change.Encode()))];
        return (new HardState(last.Term, self, lastIndex + (ulong)entries.Length), entries);
    }

    private static ConfChange Change(ConfChangeType type, MembershipChangeKind kind, Member member) =>
        ConfChange.Of(type, member.Id) with { Context = new MembershipChange(0, kind, member).Encode() };
}
