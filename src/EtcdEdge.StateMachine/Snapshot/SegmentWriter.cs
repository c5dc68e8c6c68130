using EtcdEdge.Base;
using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.StateMachine.Snapshot;

/// <summary>
/// Packs records in revision order into a segment, the unit in which checkpoints keep them and snapshots send them. Per record: revision as the
/// difference from the one before · sub-revision · version · [difference to the creating revision · lease] · length of key · key · [length of
/// value · value], numbers as varints, the bracketed ones not for a tombstone, whose version is 0. One writer serves many segments.
/// </summary>
public sealed class SegmentWriter
{
    // Revision, sub-revision, version, creation, lease, two lengths.
    private const int NumbersBytesMax = 7 * 10;
    private byte[] _buffer = new byte[SnapshotSegmentLimits.SegmentBytes];
    private int _used = SegmentHeader.Size;
    private Revision _first;
    private Revision _last;

    /// <summary>Records in the segment so far.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of the segment so far, its head included.</summary>
    public int Bytes => _used;

    /// <summary>Adds the next record, or refuses because the segment is full; an empty one takes any record, however large.</summary>
    public bool TryAdd(Record record)
    {
        var bytes = NumbersBytesMax + record.Key.Length + record.Value.Length;
        if (Count == SnapshotSegmentLimits.SegmentRecords || (Count > 0 && _used + bytes > SnapshotSegmentLimits.SegmentBytes))
        {
            return false;
        }

        var revision = Revision.Of(record);
        Invariant.Require(Count == 0 || revision > _last, "a segment's records are in the order of their revisions");
        if (_used + bytes > _buffer.Length)
        {
            Array.Resize(ref _buffer, _used + bytes);
        }

        Append(record, Count == 0 ? revision.Main : _last.Main);
        _first = Count == 0 ? revision : _first;
        _last = revision;
        Count++;
        return true;
    }

    /// <summary>The finished segment; the writer then begins the next one.</summary>
    public byte[] Take()
    {
        Invariant.Require(Count > 0, "a segment has at least one record");
        new SegmentHeader(Count, _first, _last).Seal(_buffer.AsSpan(0, _used));
        var segment = _buffer.AsSpan(0, _used).ToArray();
        if (_buffer.Length > SnapshotSegmentLimits.SegmentBytes)
        {
            _buffer = new byte[SnapshotSegmentLimits.SegmentBytes];
        }

        _used = SegmentHeader.Size;
        Count = 0;
        return segment;
    }

    private void Append(Record record, long previous)
    {
        Put((ulong)(record.ModRevision - previous));
        Put((ulong)record.SubRevision);
        Put((ulong)record.Version);
        if (!record.IsTombstone)
        {
            Put((ulong)(record.ModRevision - record.CreateRevision));
            Put((ulong)record.Lease);
        }

        Put(record.Key.Span);
        if (!record.IsTombstone)
        {
            Put(record.Value.Span);
        }
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        Put((ulong)bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_used));
        _used += bytes.Length;
    }

    private void Put(ulong value)
    {
        while (value >= 0x80)
        {
            _buffer[_used++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _buffer[_used++] = (byte)value;
    }
}
