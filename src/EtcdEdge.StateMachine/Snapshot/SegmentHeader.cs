using System.Buffers.Binary;
using EtcdEdge.Base;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Proto;

namespace EtcdEdge.StateMachine.Snapshot;

/// <summary>
/// The head of a packed run of records. Layout, little endian: CRC-32C of everything behind it (4) · format (1), three zeros · number of records (4)
/// · first and last revision (8 + 4 each).
/// </summary>
/// <param name="Count">Records in the segment, at least one.</param>
/// <param name="First">The first record's revision.</param>
/// <param name="Last">The last record's revision; all between are in ascending order.</param>
public readonly record struct SegmentHeader(int Count, Revision First, Revision Last)
{
    internal const int Size = 36;
    private const byte Format = 1;

    /// <summary>Reads the head after checking the sum over the whole segment.</summary>
    /// <exception cref="MalformedMessageException">It is no segment, a damaged one, or one of a newer format.</exception>
    public static SegmentHeader Check(ReadOnlySpan<byte> segment)
    {
        if (segment.Length < Size)
        {
            throw new MalformedMessageException("a segment of records is shorter than its head");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(segment) != Crc32C.Of(segment[4..]))
        {
            throw new MalformedMessageException("a segment of records does not match its checksum");
        }

        if (segment[4] != Format)
        {
            throw new MalformedMessageException($"a segment of records has format {segment[4]}; this version reads {Format}");
        }

        return new SegmentHeader(
            BinaryPrimitives.ReadInt32LittleEndian(segment[8..]), RevisionAt(segment[12..]), RevisionAt(segment[24..]));
    }

    /// <summary>Writes the head over the segment's first bytes, its sum included.</summary>
    internal void Seal(Span<byte> segment)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(segment[4..], Format);
        BinaryPrimitives.WriteInt32LittleEndian(segment[8..], Count);
        Write(segment[12..], First);
        Write(segment[24..], Last);
        BinaryPrimitives.WriteUInt32LittleEndian(segment, Crc32C.Of(segment[4..]));
    }

    private static Revision RevisionAt(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]));

    private static void Write(Span<byte> bytes, Revision revision)
    {
        BinaryPrimitives.WriteInt64LittleEndian(bytes, revision.Main);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[8..], revision.Sub);
    }
}
