using EtcdEdge.Raft.Membership;
using EtcdEdge.Raft.Model;

namespace EtcdEdge.Raft;

/// <summary>
/// The log that every founding member of a cluster starts with: one committed change per member, in term 1. All founders must be given the same
/// members in the same order. Because the members are in the log, a member that joins later learns them as it does everything else.
/// </summary>
public static class BootstrapLog
{
    /// <summary>The hard state and entries of a new cluster whose members <paramref name="members"/> adds, one voter each.</summary>
    public static (HardState HardState, IReadOnlyList<Entry> Entries) Create(IReadOnlyList<ConfChange> members)
    {
        var entries = new Entry[members.Count];
        for (var i = 0; i < entries.Length; i++)
        {
            entries[i] = new Entry(1, (ulong)i + 1, EntryType.ConfChange, members[i].Encode());
        }

        return (new HardState(1, 0, (ulong)entries.Length), entries);
    }
}
