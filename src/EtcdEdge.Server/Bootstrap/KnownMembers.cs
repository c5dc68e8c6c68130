using EtcdEdge.Raft.Membership;
using EtcdEdge.Raft.Model;
using EtcdEdge.StateMachine.Cluster;

namespace EtcdEdge.Server.Bootstrap;

/// <summary>
/// The membership by the newest information in files that no longer make a state: a state that ends too early, the headers of checkpoints whose
/// segments are damaged, membership changes in the log after what is missing. Only used to find members to ask: such a change need not be committed,
/// and some may be lost.
/// </summary>
internal sealed class KnownMembers
{
    private readonly SortedDictionary<ulong, MembershipChange> _changes = [];
    private (ulong Index, IReadOnlyList<Member> Members) _newest = (0, []);

    /// <summary>The members as of an applied entry.</summary>
    public void Take(ulong index, ClusterView cluster)
    {
        if (index >= _newest.Index)
        {
            _newest = (index, cluster.Members);
        }
    }

    /// <summary>An entry of the log that does not follow on anything; an entry that takes its place comes later.</summary>
    public void Take(in Entry entry)
    {
        _changes.Remove(entry.Index);
        if (entry.Type == EntryType.ConfChange && ConfChange.Decode(entry.Data).Context is { IsEmpty: false } change)
        {
            _changes[entry.Index] = MembershipChange.Decode(change.Span);
        }
    }

    public IReadOnlyList<Member> Newest()
    {
        var members = _newest.Members.ToDictionary(member => member.Id);
        foreach (var (_, change) in _changes.Where(change => change.Key > _newest.Index))
        {
            if (change.Kind == MembershipChangeKind.Remove)
            {
                members.Remove(change.Member.Id);
            }
            else if (change.Member.PeerUrls.Length > 0)
            {
                members[change.Member.Id] = change.Member;
            }
        }

        return [.. members.Values.OrderBy(member => member.Id)];
    }
}
