using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.StateMachine.Mvcc;

/// <summary>
/// All records of one root in the order of their revisions: the deltas since the compact revision, and below it what was still live there
/// or has not been removed yet. Immutable; any thread.
/// </summary>
public sealed class History
{
    private readonly Record[][] _chunks;
    private readonly int _chunkCount;
    private readonly int _tailCount;

    internal History(Record[][] chunks, int chunkCount, int tailCount)
    {
        _chunks = chunks;
        _chunkCount = chunkCount;
        _tailCount = tailCount;
    }

    /// <summary>The records from <paramref name="revision"/> on, inclusive. Watchers must not read below the root's compact revision.</summary>
    public HistoryCursor From(long revision) => From(revision, 0);

    internal HistoryCursor From(long revision, int subRevision)
    {
        var chunk = ChunkOf(revision, subRevision);
        var index = 0;
        var records = Chunk(chunk);
        while (index < records.Length && Precedes(records[index], revision, subRevision))
        {
            index++;
        }

        return new HistoryCursor(this, chunk, index);
    }

    internal int ChunkCount => _chunkCount;

    internal ReadOnlySpan<Record> Chunk(int index) =>
        index == _chunkCount - 1 ? _chunks[index].AsSpan(0, _tailCount) : _chunks[index];

    internal static bool Precedes(Record record, long revision, int subRevision) =>
        record.ModRevision < revision || (record.ModRevision == revision && record.SubRevision < subRevision);

    /// <summary>The last chunk that does not begin above the revision; the first one when all do.</summary>
    internal int ChunkOf(long revision, int subRevision)
    {
        int low = 1, high = _chunkCount;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            var records = Chunk(middle);
            if (!records.IsEmpty && Precedes(records[0], revision, subRevision + 1))
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low - 1;
    }
}
