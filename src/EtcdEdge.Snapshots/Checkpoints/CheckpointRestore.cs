using System.Collections.Concurrent;
using EtcdEdge.StateMachine.Proto;
using EtcdEdge.StateMachine.Snapshot;
using EtcdEdge.Storage.Checkpoint;
using Record = EtcdEdge.StateMachine.Model.Record;

namespace EtcdEdge.Snapshots.Checkpoints;

/// <summary>
/// Reads a checkpoint: one thread reads it from the disk, the caller's thread unpacks and uses the records meanwhile. The queue between them bounds
/// what is in flight.
/// </summary>
public sealed class CheckpointRestore : ICheckpointReplay, IDisposable
{
    private readonly CheckpointStore _store;
    private readonly CheckpointSlot _slot;
    private readonly BlockingCollection<(long Id, byte[] Bytes)> _segments = new(CheckpointFileLimits.CheckpointSegmentsInFlight);
    private readonly TaskCompletionSource<CheckpointHead> _head = new();
    private readonly Dictionary<long, byte[]> _holes = [];
    private readonly List<PackedSegment> _table = [];
    private readonly Thread _reader;
    private Exception? _failure;
    private volatile bool _abandoned;
    private long _records;

    public CheckpointRestore(CheckpointStore store, CheckpointSlot slot)
    {
        (_store, _slot) = (store, slot);
        _reader = new Thread(ReadAll) { Name = "checkpoint-read", IsBackground = true };
        _reader.Start();
    }

    /// <summary>What the file holds; whole when <see cref="Records"/> has been walked.</summary>
    public IReadOnlyList<PackedSegment> Table => _table;

    /// <summary>Waits for the head.</summary>
    /// <exception cref="CheckpointException">The checkpoint cannot be used.</exception>
    public CheckpointHead Head() => _head.Task.GetAwaiter().GetResult();

    /// <summary>The live records in revision order. Whether they are those that were written is known when this has ended.</summary>
    /// <exception cref="CheckpointException">The checkpoint cannot be used; what was handed out must be thrown away.</exception>
    public IEnumerable<Record> Records()
    {
        foreach (var (id, bytes) in _segments.GetConsumingEnumerable())
        {
            var records = Unpack(id, bytes);
            var segment = _table[^1];
            for (var i = 0; i < records.Length; i++)
            {
                if (!segment.IsHole(i))
                {
                    _records++;
                    yield return records[i];
                }
            }
        }

        _reader.Join();
        if (_failure is not null)
        {
            throw Wrapped(_failure);
        }

        if (_records != Head().Records)
        {
            throw new CheckpointException(_slot.Path, $"it holds {_records} records instead of {Head().Records}");
        }
    }

    public void Dispose()
    {
        _abandoned = true;
        while (_reader.IsAlive)
        {
            _segments.TryTake(out _, millisecondsTimeout: 10);
        }

        _segments.Dispose();
    }

    void ICheckpointReplay.Meta(byte[] bytes) => _head.TrySetResult(CheckpointHead.Decode(bytes));

    void ICheckpointReplay.Holes(long id, byte[] bytes) => _holes[id] = bytes;

    void ICheckpointReplay.Segment(long id, byte[] bytes)
    {
        if (_abandoned)
        {
            throw new CheckpointException(_slot.Path, "reading was given up");
        }

        _segments.Add((id, bytes));
    }

    private Record[] Unpack(long id, byte[] bytes)
    {
        Record[] records;
        try
        {
            records = SegmentReader.Read(bytes);
        }
        catch (MalformedMessageException malformed)
        {
            throw Wrapped(malformed);
        }

        var segment = PackedSegment.Of(id, bytes.Length, records);
        if (_holes.TryGetValue(id, out var holes))
        {
            var dead = holes.Sum(next => System.Numerics.BitOperations.PopCount(next));
            segment = segment.With(holes, segment.Count - dead);
        }

        _table.Add(segment);
        return records;
    }

    private void ReadAll()
    {
        try
        {
            _store.Read(_slot, this);
            _head.TrySetException(new CheckpointException(_slot.Path, "it has no head"));
        }
        catch (Exception failure)
        {
            // Whatever it is, a broken invariant too, is thrown again where the records are used.
            _failure = failure;
            _head.TrySetException(Wrapped(failure));
        }
        finally
        {
            _segments.CompleteAdding();
        }
    }

    private Exception Wrapped(Exception failure) =>
        failure is MalformedMessageException malformed ? new CheckpointException(_slot.Path, malformed.Message, malformed) : failure;
}
