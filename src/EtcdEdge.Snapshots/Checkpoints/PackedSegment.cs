using EtcdEdge.Base;
using EtcdEdge.StateMachine.Model;
using Record = EtcdEdge.StateMachine.Model.Record;

namespace EtcdEdge.Snapshots.Checkpoints;

/// <summary>
/// What is kept in memory of a segment in a checkpoint's file: which revisions it holds, one or two bytes each, and which of them no longer count
/// because a compaction has removed them. A removed record must stay removed: the tombstone that ended its key may be gone from the file already.
/// </summary>
public sealed class PackedSegment
{
    private readonly byte[] _revisions;

    private PackedSegment(long id, int bytes, ReadOnlySpan<Record> records)
    {
        (Id, Bytes, Count) = (id, bytes, records.Length);
        (First, Last) = (Revision.Of(records[0]), Revision.Of(records[^1]));
        _revisions = Encode(records);
        Live = Count;
    }

    public long Id { get; }

    /// <summary>Its size in the file.</summary>
    public int Bytes { get; }

    /// <summary>Records in it, live or not.</summary>
    public int Count { get; }

    public Revision First { get; }

    public Revision Last { get; }

    /// <summary>Records in it that still count.</summary>
    public int Live { get; private set; }

    /// <summary>One bit per record, set where it no longer counts; empty when all do.</summary>
    public byte[] Holes { get; private set; } = [];

    /// <summary>Bytes of what still counts, about.</summary>
    public long LiveBytes => (long)Bytes * Live / Count;

    public static PackedSegment Of(long id, int bytes, ReadOnlySpan<Record> records) => new(id, bytes, records);

    /// <summary>Its revisions in order; <paramref name="into"/> has room for <see cref="Count"/>.</summary>
    public void CopyRevisions(Span<Revision> into)
    {
        var main = First.Main;
        var at = 0;
        for (var i = 0; i < Count; i++)
        {
            var step = ReadVarint(ref at);
            main += (long)(step >> 1);
            into[i] = new Revision(main, (step & 1) == 0 ? 0 : (int)ReadVarint(ref at));
        }
    }

    public bool IsHole(int index) => Holes.Length > 0 && (Holes[index / 8] & (1 << (index % 8))) != 0;

    /// <summary>The same segment with other holes; an empty array is none.</summary>
    public PackedSegment With(byte[] holes, int live)
    {
        var copy = (PackedSegment)MemberwiseClone();
        (copy.Holes, copy.Live) = (holes, live);
        return copy;
    }

    private static byte[] Encode(ReadOnlySpan<Record> records)
    {
        var bytes = new List<byte>(records.Length + 8);
        var main = records[0].ModRevision;
        foreach (var record in records)
        {
            var hasSub = record.SubRevision == 0 ? 0UL : 1UL;
            WriteVarint(bytes, ((ulong)(record.ModRevision - main) << 1) | hasSub);
            if (hasSub != 0)
            {
                WriteVarint(bytes, (ulong)record.SubRevision);
            }

            main = record.ModRevision;
        }

        return [.. bytes];
    }

    private static void WriteVarint(List<byte> bytes, ulong value)
    {
        Span<byte> encoded = stackalloc byte[Varint.MaxBytes];
        bytes.AddRange(encoded[..Varint.Write(encoded, value)]);
    }

    private ulong ReadVarint(ref int at)
    {
        var isWhole = Varint.TryRead(_revisions.AsSpan(at), out var value, out var length);
        Invariant.Require(isWhole, "a packed segment's revisions are whole");
        at += length;
        return value;
    }
}
