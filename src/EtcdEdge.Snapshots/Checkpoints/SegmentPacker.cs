using System.Runtime.InteropServices;
using EtcdEdge.StateMachine.Snapshot;
using Record = EtcdEdge.StateMachine.Model.Record;

namespace EtcdEdge.Snapshots.Checkpoints;

/// <summary>Packs records into segments and keeps for each what the next checkpoint needs.</summary>
public sealed class SegmentPacker
{
    private readonly SegmentWriter _writer = new();
    private readonly List<Record> _records = [];

    public bool IsEmpty => _records.Count == 0;

    /// <summary>False when the segment is full: take it, then add again.</summary>
    public bool TryAdd(Record record)
    {
        if (!_writer.TryAdd(record))
        {
            return false;
        }

        _records.Add(record);
        return true;
    }

    public (PackedSegment Segment, byte[] Bytes) Take(long id)
    {
        var bytes = _writer.Take();
        var segment = PackedSegment.Of(id, bytes.Length, CollectionsMarshal.AsSpan(_records));
        _records.Clear();
        return (segment, bytes);
    }
}
