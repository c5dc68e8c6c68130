using System.Buffers.Binary;
using EtcdEdge.Raft.Model;

namespace EtcdEdge.Storage.Wal;

/// <summary>The first bytes of a group's payload; they fit the group's first sector, so they are whole or absent.</summary>
/// <param name="PayloadLength">Bytes of payload, this header included, sector heads not.</param>
/// <param name="Segment">The number of the segment it was written to.</param>
/// <param name="Lowest">The lowest index of its entries; 0 when there are none.</param>
/// <param name="Highest">The highest index of its entries; 0 when there are none.</param>
/// <param name="Count">How many entries follow.</param>
/// <param name="Previous">The digest of the group before it: the chain.</param>
/// <param name="HardState">Raft's hard state once this group is durable.</param>
internal readonly record struct GroupHeader(
    int PayloadLength, ulong Segment, ulong Lowest, ulong Highest, uint Count, uint Previous, HardState HardState)
{
    public const int Size = 64;

    /// <summary>"EWG1" in the file: EtcdEdge's WAL group, first format.</summary>
    private const uint Magic = 0x31475745;

    public void Write(Span<byte> into)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(into, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(into[4..], (uint)PayloadLength);
        BinaryPrimitives.WriteUInt64LittleEndian(into[8..], Segment);
        BinaryPrimitives.WriteUInt64LittleEndian(into[16..], Lowest);
        BinaryPrimitives.WriteUInt64LittleEndian(into[24..], Highest);
        BinaryPrimitives.WriteUInt32LittleEndian(into[32..], Count);
        BinaryPrimitives.WriteUInt32LittleEndian(into[36..], Previous);
        BinaryPrimitives.WriteUInt64LittleEndian(into[40..], HardState.Term);
        BinaryPrimitives.WriteUInt64LittleEndian(into[48..], HardState.Vote);
        BinaryPrimitives.WriteUInt64LittleEndian(into[56..], HardState.Commit);
    }

    /// <summary>Reads what <see cref="Write"/> wrote; null when it is no group header.</summary>
    public static GroupHeader? Read(ReadOnlySpan<byte> from)
    {
        var length = BinaryPrimitives.ReadUInt32LittleEndian(from[4..]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(from) != Magic || length is < Size or > (uint)WalLimits.GroupBytesMax)
        {
            return null;
        }

        var hardState = new HardState(
            BinaryPrimitives.ReadUInt64LittleEndian(from[40..]),
            BinaryPrimitives.ReadUInt64LittleEndian(from[48..]),
            BinaryPrimitives.ReadUInt64LittleEndian(from[56..]));
        return new GroupHeader(
            (int)length,
            BinaryPrimitives.ReadUInt64LittleEndian(from[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(from[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(from[24..]),
            BinaryPrimitives.ReadUInt32LittleEndian(from[32..]),
            BinaryPrimitives.ReadUInt32LittleEndian(from[36..]),
            hardState);
    }
}
