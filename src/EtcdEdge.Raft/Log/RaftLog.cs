using EtcdEdge.Base;
using EtcdEdge.Raft.Model;

namespace EtcdEdge.Raft.Log;

/// <summary>
/// The log in memory: a ring of the entries from <see cref="FirstIndex"/> to <see cref="LastIndex"/>, and the index and term just before
/// them. Owned by one <see cref="RaftNode"/>. Positions, all inclusive and all invariants:
/// FirstIndex - 1 ≤ Applied ≤ Delivered ≤ Committed ≤ LastIndex, and Flushed ≤ Persisting ≤ LastIndex.
/// </summary>
internal sealed class RaftLog
{
    private Entry[] _ring;

    // Beside each entry the payload bytes of the log up to and including it, so that a range's size is one subtraction.
    private long[] _bytesUpTo;
    private long _bytesBefore;
    private ulong _beforeTerm;
    private int _head;
    private int _count;

    public RaftLog(ulong beforeIndex, ulong beforeTerm)
    {
        _ring = new Entry[LogLimits.LogInitialCapacity];
        _bytesUpTo = new long[LogLimits.LogInitialCapacity];
        Reset(beforeIndex, beforeTerm);
    }

    /// <summary>The oldest entry still held; LastIndex + 1 when the log is empty.</summary>
    public ulong FirstIndex { get; private set; }

    /// <summary>The newest entry.</summary>
    public ulong LastIndex => FirstIndex + (ulong)_count - 1;

    /// <summary>The newest entry's term.</summary>
    public ulong LastTerm => _count == 0 ? _beforeTerm : At(LastIndex).Term;

    /// <summary>Known to be on a quorum.</summary>
    public ulong Committed { get; private set; }

    /// <summary>Handed to the caller as committed.</summary>
    public ulong Delivered { get; private set; }

    /// <summary>Reported as applied by the caller.</summary>
    public ulong Applied { get; private set; }

    /// <summary>Handed to the caller to be written.</summary>
    public ulong Persisting { get; private set; }

    /// <summary>Durable on this member's disk.</summary>
    public ulong Flushed { get; private set; }

    /// <summary>Payload bytes held.</summary>
    public long Bytes => BytesUpTo(LastIndex) - _bytesBefore;

    /// <summary>Discards everything and continues after a snapshot, which counts as committed, applied and (once installed) durable.</summary>
    public void Reset(ulong beforeIndex, ulong beforeTerm)
    {
        Array.Clear(_ring);
        _head = 0;
        _count = 0;
        _bytesBefore = 0;
        _beforeTerm = beforeTerm;
        FirstIndex = beforeIndex + 1;
        Committed = Delivered = Applied = Persisting = Flushed = beforeIndex;
    }

    /// <summary>The term at <paramref name="index"/>, or null when the log does not have it: compacted, or not there yet.</summary>
    public ulong? Term(ulong index)
    {
        if (index == FirstIndex - 1)
        {
            return _beforeTerm;
        }

        return index < FirstIndex || index > LastIndex ? null : At(index).Term;
    }

    /// <summary>Whether the entry at <paramref name="index"/> has <paramref name="term"/>; then all before it match too (Raft §5.3).</summary>
    public bool Matches(ulong index, ulong term) => Term(index) == term;

    /// <summary>
    /// Whether a log ending in (<paramref name="index"/>, <paramref name="term"/>) is at least as up to date as this one (Raft §5.4.1).
    /// </summary>
    public bool IsUpToDate(ulong index, ulong term) => term > LastTerm || (term == LastTerm && index >= LastIndex);

    /// <summary>Adds the entry after the last.</summary>
    public void Append(in Entry entry)
    {
        Invariant.Require(entry.Index == LastIndex + 1, "an entry does not follow the last one");
        Invariant.Require(entry.Term >= LastTerm, "terms in the log may not fall");
        if (_count == _ring.Length)
        {
            Grow();
        }

        var bytes = BytesUpTo(LastIndex) + entry.Data.Length;
        var slot = Slot(entry.Index);
        _ring[slot] = entry;
        _bytesUpTo[slot] = bytes;
        _count++;
    }

    /// <summary>
    /// Follower's append: keeps what matches, replaces the log from the first conflict on (Raft figure 2, receiver steps 3 and 4).
    /// A duplicated or delayed message that conflicts nowhere must not shorten the log.
    /// Returns the index before the first replaced entry, or null when nothing was replaced.
    /// </summary>
    public ulong? Merge(ReadOnlySpan<Entry> entries)
    {
        ulong? keptUpTo = null;
        foreach (ref readonly var entry in entries)
        {
            if (Matches(entry.Index, entry.Term))
            {
                continue;
            }

            if (entry.Index <= LastIndex)
            {
                Invariant.Require(entry.Index > Committed, "an entry conflicts with a committed one");
                Truncate(entry.Index - 1);
                keptUpTo = entry.Index - 1;
            }

            Append(entry);
        }

        return keptUpTo;
    }

    /// <summary>Moves the commit index forward; never back.</summary>
    public bool CommitTo(ulong index)
    {
        if (index <= Committed)
        {
            return false;
        }

        Invariant.Require(index <= LastIndex, "the commit index lies beyond the log: entries this member acknowledged are missing on its disk");
        Committed = index;
        return true;
    }

    /// <summary>Notes how far the caller has applied.</summary>
    public void ApplyTo(ulong index)
    {
        Invariant.Require(index <= Delivered, "applied beyond what was delivered");
        Applied = Math.Max(Applied, index);
    }

    /// <summary>At start: the state machine already holds the log up to <paramref name="index"/>.</summary>
    public void SkipTo(ulong index)
    {
        Invariant.Require(index <= Committed, "applied beyond the commit index");
        Delivered = Math.Max(Delivered, index);
        Applied = Math.Max(Applied, index);
    }

    /// <summary>Notes how far the disk is.</summary>
    public void FlushTo(ulong index)
    {
        Invariant.Require(index <= Persisting, "flushed beyond what was handed out");
        Flushed = Math.Max(Flushed, index);
    }

    /// <summary>At start: everything in the log came from the disk.</summary>
    public void StartDurable() => Persisting = Flushed = LastIndex;

    /// <summary>Copies the entries that still have to be written to <paramref name="target"/>.</summary>
    public void TakeUnwritten(List<Entry> target)
    {
        for (; Persisting < LastIndex; Persisting++)
        {
            target.Add(At(Persisting + 1));
        }
    }

    /// <summary>Copies the next committed entries to <paramref name="target"/>, up to the bounds of one Ready.</summary>
    public void TakeCommitted(List<Entry> target)
    {
        var end = Math.Min(Committed, Delivered + LogLimits.CommittedEntriesPerReady);
        for (long bytes = 0; Delivered < end && (bytes == 0 || bytes < LogLimits.CommittedBytesPerReady); Delivered++)
        {
            ref readonly var entry = ref At(Delivered + 1);
            bytes += Math.Max(1, entry.Data.Length);
            target.Add(entry);
        }
    }

    /// <summary>The last index of a run from <paramref name="first"/> on that fits one message; one entry always fits.</summary>
    public ulong EndOfMessage(ulong first, long maxBytes)
    {
        var end = Math.Min(LastIndex, first + LogLimits.EntriesPerMessage - 1);
        var low = first;
        while (low < end)
        {
            var middle = low + (end - low + 1) / 2;
            if (BytesBetween(first, middle) <= maxBytes)
            {
                low = middle;
            }
            else
            {
                end = middle - 1;
            }
        }

        return low;
    }

    /// <summary>Payload bytes from <paramref name="first"/> to <paramref name="last"/>, inclusive; 0 for an empty range.</summary>
    public long BytesBetween(ulong first, ulong last) => last < first ? 0 : BytesUpTo(last) - BytesUpTo(first - 1);

    /// <summary>A copy of the entries from <paramref name="first"/> to <paramref name="last"/>, inclusive.</summary>
    public Entry[] Copy(ulong first, ulong last)
    {
        var copy = new Entry[last - first + 1];
        for (var i = 0; i < copy.Length; i++)
        {
            copy[i] = At(first + (ulong)i);
        }

        return copy;
    }

    /// <summary>The entry at <paramref name="index"/>, which must be held.</summary>
    public ref readonly Entry At(ulong index)
    {
        Invariant.Require(index >= FirstIndex && index <= LastIndex, "an entry was asked for that the log does not hold");
        return ref _ring[Slot(index)];
    }

    /// <summary>
    /// The highest index ≤ <paramref name="index"/> whose term is ≤ <paramref name="term"/>, and its term (0 when compacted): entries after it
    /// cannot match a log that has <paramref name="term"/> at <paramref name="index"/>. Skips whole terms per rejection (Raft §5.3, end).
    /// </summary>
    public (ulong Index, ulong Term) LastNotAfterTerm(ulong index, ulong term)
    {
        for (; index >= FirstIndex; index--)
        {
            var ours = Term(index);
            if (ours <= term)
            {
                return (index, ours.Value);
            }
        }

        return (index, Term(index) ?? 0);
    }

    /// <summary>Drops the entries up to <paramref name="index"/>, as far as they are applied and durable.</summary>
    public void Compact(ulong index)
    {
        index = Math.Min(index, Math.Min(Applied, Flushed));
        if (index < FirstIndex)
        {
            return;
        }

        _beforeTerm = At(index).Term;
        _bytesBefore = BytesUpTo(index);
        for (var i = FirstIndex; i <= index; i++)
        {
            _ring[Slot(i)] = default;
        }

        var dropped = (int)(index - FirstIndex + 1);
        _head = (_head + dropped) & (_ring.Length - 1);
        _count -= dropped;
        FirstIndex = index + 1;
        ShrinkIfSparse();
    }

    private void Truncate(ulong lastKept)
    {
        for (var i = lastKept + 1; i <= LastIndex; i++)
        {
            _ring[Slot(i)] = default;
        }

        _count = (int)(lastKept + 1 - FirstIndex);
        Persisting = Math.Min(Persisting, lastKept);
        Flushed = Math.Min(Flushed, lastKept);
    }

    private long BytesUpTo(ulong index) => index == FirstIndex - 1 ? _bytesBefore : _bytesUpTo[Slot(index)];

    // The ring's length is a power of two.
    private int Slot(ulong index) => (_head + (int)(index - FirstIndex)) & (_ring.Length - 1);

    private void Grow() => Resize(_ring.Length * 2);

    private void ShrinkIfSparse()
    {
        if (_ring.Length > LogLimits.LogInitialCapacity && _count < _ring.Length / 8)
        {
            Resize(Math.Max(LogLimits.LogInitialCapacity, _ring.Length / 4));
        }
    }

    private void Resize(int capacity)
    {
        var ring = new Entry[capacity];
        var bytesUpTo = new long[capacity];
        for (var i = 0; i < _count; i++)
        {
            var slot = (_head + i) & (_ring.Length - 1);
            ring[i] = _ring[slot];
            bytesUpTo[i] = _bytesUpTo[slot];
        }

        (_ring, _bytesUpTo, _head) = (ring, bytesUpTo, 0);
    }
}
