using System.Runtime.InteropServices;
using EtcdEdge.Raft;
using EtcdEdge.Server.Node;
using EtcdEdge.Storage.Wal;

namespace EtcdEdge.Server.Bootstrap;

/// <summary>
/// Receives the log while it is read and applies what is known to be committed as it goes, so that a start holds no more of the log in memory
/// than a running node does.
/// </summary>
internal sealed class LogReplay(StateMachineParts state, ulong catchUpEntries) : IWalReplay
{
    // Applied entries behind, unapplied ones ahead; trimmed in large steps from the front.
    private readonly List<Entry> _tail = [];
    private SnapshotMetadata _start = SnapshotMetadata.Empty;
    private ConfState _confState = ConfState.Empty;
    private long _appliedBytes;

    /// <summary>The hard state the log ends with.</summary>
    public HardState LastHardState { get; private set; }

    public ulong LastIndex => _start.Index + (ulong)_tail.Count;

    public ulong AppliedIndex => state.Applier.AppliedIndex;

    public void Append(in Entry entry)
    {
        if (entry.Index <= LastIndex)
        {
            int kept = (int)(entry.Index - _start.Index - 1);
            _tail.RemoveRange(kept, _tail.Count - kept);
        }
        _tail.Add(entry);
    }

    public void HardState(in HardState hardState)
    {
        LastHardState = hardState;
        while (AppliedIndex < hardState.Commit)
        {
            Apply(_tail[(int)(AppliedIndex - _start.Index)]);
        }
        Trim();
    }

    /// <summary>The Raft member that goes on from here.</summary>
    public RaftNode CreateRaft(RaftOptions options) =>
        new(options with { Applied = AppliedIndex }, LastHardState, _start with { ConfState = _confState }, _tail);

    private void Apply(in Entry entry)
    {
        _appliedBytes += entry.Data.Length;
        if (entry.Type != EntryType.ConfChange)
        {
            state.Applier.Apply(entry.Index, entry.Term, entry.Data, out _);
            return;
        }
        var applied = MembershipEntry.Apply(state.Applier, entry);
        if (applied.Counts)
        {
            _confState = _confState.After(applied.Change);
        }
    }

    private void Trim()
    {
        ulong applied = AppliedIndex - _start.Index;
        if (applied <= 2 * catchUpEntries && _appliedBytes <= 2 * Limits.CatchUpBytes)
        {
            return;
        }
        int dropped = (int)(applied / 2);
        foreach (ref readonly var entry in CollectionsMarshal.AsSpan(_tail)[..dropped])
        {
            _appliedBytes -= entry.Data.Length;
        }
        _start = new SnapshotMetadata(_tail[dropped - 1].Index, _tail[dropped - 1].Term, ConfState.Empty);
        _tail.RemoveRange(0, dropped);
    }
}
