using EtcdEdge.Base;
using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.StateMachine.Mvcc;

/// <summary>
/// The writer's hold on the history: full chunks and a tail that grows in place behind the counts that published views hold. Removing
/// records copies the chunks they are in and the list of chunks, never a record.
/// </summary>
internal sealed class HistoryLog
{
    private Record[][] _chunks = [new Record[MvccLimits.HistoryChunkRecords]];
    private int _chunkCount = 1;
    private int _tailCount;

    /// <summary>Records held.</summary>
    public long Count { get; private set; }

    public History View() => new(_chunks, _chunkCount, _tailCount);

    /// <summary>Adds a record with a revision above all others'.</summary>
    public void Append(Record record)
    {
        if (_tailCount == MvccLimits.HistoryChunkRecords)
        {
            AddTail();
        }

        _chunks[_chunkCount - 1][_tailCount++] = record;
        Count++;
    }

    /// <summary>Removes records, all of which are held, given in revision order. Cost: the chunks touched, plus the list of chunks once.</summary>
    public void Remove(ReadOnlySpan<Record> garbage)
    {
        if (garbage.IsEmpty)
        {
            return;
        }

        Count -= garbage.Length;
        var before = View();
        var kept = new Record[_chunkCount][];
        var keptCount = before.ChunkOf(garbage[0].ModRevision, garbage[0].SubRevision);
        Array.Copy(_chunks, kept, keptCount);
        for (var i = keptCount; i < _chunkCount - 1; i++)
        {
            AddFull(kept, ref keptCount, Filter(before.Chunk(i), _chunks[i], ref garbage));
        }

        KeepTail(kept, keptCount, before.Chunk(_chunkCount - 1), ref garbage);
        Invariant.Require(garbage.IsEmpty, "what a compaction removes is in the history");
    }

    private void AddTail()
    {
        if (_chunkCount == _chunks.Length)
        {
            Array.Resize(ref _chunks, _chunkCount * 2);
        }

        _chunks[_chunkCount++] = new Record[MvccLimits.HistoryChunkRecords];
        _tailCount = 0;
    }

    // The chunk itself when no garbage is in it.
    private static Record[] Filter(ReadOnlySpan<Record> records, Record[] chunk, ref ReadOnlySpan<Record> garbage)
    {
        var removed = GarbageIn(records, garbage);
        if (removed == 0)
        {
            return chunk;
        }

        var kept = new Record[records.Length - removed];
        CopyWithout(records, kept, ref garbage);
        return kept;
    }

    private static int GarbageIn(ReadOnlySpan<Record> records, ReadOnlySpan<Record> garbage)
    {
        var count = 0;
        var last = records.IsEmpty ? null : records[^1];
        while (last is not null && count < garbage.Length && History.Precedes(garbage[count], last.ModRevision, last.SubRevision + 1))
        {
            count++;
        }

        return count;
    }

    private static void CopyWithout(ReadOnlySpan<Record> records, Span<Record> kept, ref ReadOnlySpan<Record> garbage)
    {
        // In runs: an array of references is copied at once far faster than one by one.
        var from = 0;
        for (var at = 0; at < records.Length && !garbage.IsEmpty; at++)
        {
            if (ReferenceEquals(garbage[0], records[at]))
            {
                records[from..at].CopyTo(kept);
                kept = kept[(at - from)..];
                from = at + 1;
                garbage = garbage[1..];
            }
        }

        records[from..].CopyTo(kept);
    }

    // Chunks that compactions have emptied join their neighbour, so that the list of chunks stays in proportion to the records.
    private static void AddFull(Record[][] kept, ref int keptCount, Record[] chunk)
    {
        if (chunk.Length == 0)
        {
            return;
        }

        if (keptCount > 0 && kept[keptCount - 1].Length + chunk.Length <= MvccLimits.HistoryChunkRecords)
        {
            kept[keptCount - 1] = [.. kept[keptCount - 1], .. chunk];
            return;
        }

        kept[keptCount++] = chunk;
    }

    private void KeepTail(Record[][] kept, int keptCount, ReadOnlySpan<Record> tail, ref ReadOnlySpan<Record> garbage)
    {
        var removed = GarbageIn(tail, garbage);
        var chunk = _chunks[_chunkCount - 1];
        if (removed > 0)
        {
            chunk = new Record[MvccLimits.HistoryChunkRecords];
            CopyWithout(tail, chunk, ref garbage);
        }

        kept[keptCount] = chunk;
        _chunks = kept;
        _chunkCount = keptCount + 1;
        _tailCount = tail.Length - removed;
    }
}
