using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Proto;

namespace EtcdEdge.StateMachine.Snapshot;

/// <summary>Unpacks what <see cref="SegmentWriter"/> packed. Keys and values are slices of the segment, which the records then keep alive.</summary>
public static class SegmentReader
{
    /// <exception cref="MalformedMessageException">The segment is damaged, or its records are not those its head names.</exception>
    public static Record[] Read(ReadOnlyMemory<byte> segment)
    {
        var header = SegmentHeader.Check(segment.Span);
        if (header.Count is <= 0 or > SnapshotSegmentLimits.SegmentRecords)
        {
            throw new MalformedMessageException($"a segment says that it has {header.Count} records");
        }

        var records = new Record[header.Count];
        var cursor = new ProtoReader(segment[SegmentHeader.Size..]);
        var revision = header.First.Main;
        for (var i = 0; i < records.Length; i++)
        {
            revision += cursor.ReadInt64();
            records[i] = ReadRecord(ref cursor, revision);
            if (i > 0 && Revision.Of(records[i]) <= Revision.Of(records[i - 1]))
            {
                throw new MalformedMessageException("a segment's records are out of order");
            }
        }

        if (cursor.Position != segment.Length - SegmentHeader.Size
            || Revision.Of(records[0]) != header.First || Revision.Of(records[^1]) != header.Last)
        {
            throw new MalformedMessageException("a segment's records are not those its head names");
        }

        return records;
    }

    private static Record ReadRecord(ref ProtoReader cursor, long revision)
    {
        var subRevision = (int)cursor.ReadVarint();
        var version = cursor.ReadInt64();
        if (version == 0)
        {
            return new Record { Key = cursor.ReadBytes(), ModRevision = revision, SubRevision = subRevision };
        }

        var createRevision = revision - cursor.ReadInt64();
        var lease = cursor.ReadInt64();
        return new Record
        {
            Key = cursor.ReadBytes(),
            Value = cursor.ReadBytes(),
            ModRevision = revision,
            SubRevision = subRevision,
            CreateRevision = createRevision,
            Version = version,
            Lease = lease,
        };
    }
}
