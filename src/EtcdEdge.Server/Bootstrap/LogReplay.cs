using System.Runtime.InteropServices;
using EtcdEdge.Base;
using EtcdEdge.Raft;
using EtcdEdge.Raft.Membership;
using EtcdEdge.Raft.Model;
using EtcdEdge.Server.Node;
using EtcdEdge.Snapshots.State;
using EtcdEdge.Storage.Wal;

namespace EtcdEdge.Server.Bootstrap;

/// <summary>
/// Receives the log while it is read and applies the committed entries at once, so that a start holds no more of the log in memory than a running
/// node does.
/// </summary>
internal sealed class LogReplay(StateMachineParts state, SnapshotMetadata checkpoint, ulong catchUpEntries) : IWalReplay
{
    // Applied entries behind, unapplied ones ahead; trimmed in large steps from the front. It begins before the checkpoint, as far as the log does,
    // so that a follower that lags is served from it.
    private readonly List<Entry> _tail = [];
    private SnapshotMetadata _start = checkpoint;
    private ConfState _confState = checkpoint.ConfState;
    private readonly SnapshotMetadata _checkpoint = checkpoint;
    private long _bytes;
    private bool _isBehindHole;

    /// <summary>
    /// What a follower that lags may be served from, or, for a member that is alone, what the checkpoint lacks. A log holds up to two checkpoints'
    /// worth before it.
    /// </summary>
    public ulong FirstWanted { get; } = state.Cluster.View.Members.Length == 1 ? checkpoint.Index + 1
        : checkpoint.Index > catchUpEntries ? checkpoint.Index - catchUpEntries : 0;

    /// <summary>The hard state at the end of the log. Everything in a checkpoint is committed, even if the log's own commit index is older.</summary>
    public HardState LastHardState { get; private set; } = new(checkpoint.Term, 0, checkpoint.Index);

    public ulong LastIndex => Math.Max(_start.Index + (ulong)_tail.Count, _checkpoint.Index);

    public ulong AppliedIndex => state.Applier.AppliedIndex;

    /// <summary>The first entry that the log holds behind one it lacks; 0 when checkpoint and log join. Nothing behind it was applied.</summary>
    public ulong FirstBehindGap { get; private set; }

    /// <summary>Receives the entries after the gap; only the membership in them is used.</summary>
    public KnownMembers? Known { get; init; }

    private ulong TailEnd => _start.Index + (ulong)_tail.Count;

    /// <summary>The checkpoint's last entry is the one the tail has there.</summary>
    private bool HoldsCheckpoint => _checkpoint.Index <= TailEnd
        && (_checkpoint.Index == _start.Index ? _start.Term : _tail[(int)(_checkpoint.Index - _start.Index - 1)].Term) == _checkpoint.Term;

    public void Append(in Entry entry)
    {
        if (entry.Index > _checkpoint.Index && entry.Term < _checkpoint.Term)
        {
            // From a branch that a leader's snapshot has replaced: a writer after that snapshot's last entry had it, and so no lower term.
            return;
        }

        if (FirstBehindGap != 0 || entry.Index > LastIndex + 1)
        {
            FirstBehindGap = FirstBehindGap == 0 ? entry.Index : FirstBehindGap;
            Known?.Take(entry);
        }
        else if (entry.Index < FirstWanted || _isBehindHole || entry.Index <= _start.Index || entry.Index > TailEnd + 1
            || (entry.Index == _checkpoint.Index + 1 && !HoldsCheckpoint))
        {
            Restart(entry);
        }
        else
        {
            Cut((int)(entry.Index - _start.Index - 1));
            _tail.Add(entry);
            _bytes += entry.Data.Length;
        }
    }

    public void HardState(in HardState hardState)
    {
        // The state of a leader of a later term, which this member has not voted in.
        LastHardState = (hardState.Term < _checkpoint.Term ? new HardState(_checkpoint.Term, 0, hardState.Commit) : hardState)
            with
        { Commit = Math.Max(hardState.Commit, _checkpoint.Index) };
        var until = Math.Min(hardState.Commit, TailEnd);
        while (AppliedIndex < until)
        {
            Apply(_tail[(int)(AppliedIndex - _start.Index)]);
        }

        Trim();
    }

    public void Hole() => _isBehindHole = true;

    /// <summary>Creates the Raft member that continues from here. It takes the entries over.</summary>
    public RaftNode CreateRaft(RaftOptions options)
    {
        if (_start.Index <= _checkpoint.Index && !HoldsCheckpoint)
        {
            // A leader's state: it came as a whole, and no entry has followed it yet.
            _tail.Clear();
            _start = _checkpoint;
        }

        if (state.Cluster.View.Members.Length == 1)
        {
            // A single member has no followers that lag.
            Drop(AppliedInTail);
        }

        var raft = new RaftNode(options with { Applied = AppliedIndex }, LastHardState, _start with { ConfState = _confState }, _tail);
        _start = _start with { Index = TailEnd };
        _tail.Clear();
        _tail.TrimExcess();
        return raft;
    }

    // The first entry of the log, the first after a hole in it or after a snapshot, one that replaces everything known so far, or an unused one: all
    // within the checkpoint. The entry itself becomes the point that the tail follows, because the term of the one before it is unknown.
    private void Restart(in Entry entry)
    {
        _tail.Clear();
        _bytes = 0;
        _isBehindHole = false;
        if (entry.Index == _checkpoint.Index + 1)
        {
            _start = _checkpoint;
            _tail.Add(entry);
            return;
        }

        Invariant.Require(entry.Index <= _checkpoint.Index, "what was applied from the log is never replaced");
        _start = new SnapshotMetadata(entry.Index, entry.Term, ConfState.Empty);
    }

    private void Cut(int kept)
    {
        for (var i = kept; i < _tail.Count; i++)
        {
            _bytes -= _tail[i].Data.Length;
        }

        _tail.RemoveRange(kept, _tail.Count - kept);
    }

    private void Apply(in Entry entry)
    {
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
        var applied = AppliedInTail;
        if (applied < 2 || ((ulong)applied <= 2 * catchUpEntries && _bytes <= 2 * NodeLimits.CatchUpBytes))
        {
            return;
        }

        Drop(applied / 2);
    }

    private int AppliedInTail => (int)(Math.Min(AppliedIndex, TailEnd) - _start.Index);

    private void Drop(int dropped)
    {
        if (dropped == 0)
        {
            return;
        }

        foreach (ref readonly var entry in CollectionsMarshal.AsSpan(_tail)[..dropped])
        {
            _bytes -= entry.Data.Length;
        }

        _start = new SnapshotMetadata(_tail[dropped - 1].Index, _tail[dropped - 1].Term, ConfState.Empty);
        _tail.RemoveRange(0, dropped);
    }
}
