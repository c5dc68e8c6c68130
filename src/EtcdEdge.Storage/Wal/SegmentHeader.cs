using System.Buffers.Binary;
using EtcdEdge.Base;

namespace EtcdEdge.Storage.Wal;

/// <summary>The first sector of a segment. The rest of its page is zero.</summary>
/// <param name="PageSize">Bytes; every group starts at a multiple of it.</param>
/// <param name="Number">The segment's number, as in its name; it grows by one from segment to segment and is never used twice.</param>
/// <param name="Length">The file's length in bytes.</param>
/// <param name="ClusterId">Whose log it is.</param>
/// <param name="MemberId">Whose log it is.</param>
/// <param name="FirstSequence">The sequence number of its first group.</param>
/// <param name="Previous">The digest of the group before its first.</param>
internal readonly record struct SegmentHeader(
    int PageSize, ulong Number, long Length, ulong ClusterId, ulong MemberId, ulong FirstSequence, uint Previous)
{
    public const uint FormatVersion = 1;
    private const int CoveredFrom = 4;
    private const int End = 64;
    private const int MagicBitsForgiven = 4;

    /// <summary>"EEWALSEG" in the file.</summary>
    private const ulong Magic = 0x4745534C41574545;

    /// <summary>Fills one sector.</summary>
    public void Write(Span<byte> sector)
    {
        sector[..Sector.Size].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(sector[4..], FormatVersion);
        BinaryPrimitives.WriteUInt64LittleEndian(sector[8..], Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(sector[16..], (uint)PageSize);
        BinaryPrimitives.WriteUInt32LittleEndian(sector[20..], Previous);
        BinaryPrimitives.WriteUInt64LittleEndian(sector[24..], Number);
        BinaryPrimitives.WriteUInt64LittleEndian(sector[32..], (ulong)Length);
        BinaryPrimitives.WriteUInt64LittleEndian(sector[40..], ClusterId);
        BinaryPrimitives.WriteUInt64LittleEndian(sector[48..], MemberId);
        BinaryPrimitives.WriteUInt64LittleEndian(sector[56..], FirstSequence);
        BinaryPrimitives.WriteUInt32LittleEndian(sector, Crc32C.Of(sector[CoveredFrom..End]));
    }

    /// <summary>Whether a sector begins like a segment of ours, in any state.</summary>
    public static bool IsOurs(ReadOnlySpan<byte> sector) => BinaryPrimitives.ReadUInt64LittleEndian(sector[8..]) == Magic;

    /// <summary>Whether all but a few bits of the magic number are there.</summary>
    public static bool LooksOurs(ReadOnlySpan<byte> sector) =>
        System.Numerics.BitOperations.PopCount(BinaryPrimitives.ReadUInt64LittleEndian(sector[8..]) ^ Magic) <= MagicBitsForgiven;

    public static uint VersionOf(ReadOnlySpan<byte> sector) => BinaryPrimitives.ReadUInt32LittleEndian(sector[4..]);

    /// <summary>Reads what <see cref="Write"/> wrote; null when the checksum or a field is wrong.</summary>
    public static SegmentHeader? Read(ReadOnlySpan<byte> sector)
    {
        if (!IsOurs(sector) || BinaryPrimitives.ReadUInt32LittleEndian(sector) != Crc32C.Of(sector[CoveredFrom..End]))
        {
            return null;
        }

        var header = new SegmentHeader(
            (int)BinaryPrimitives.ReadUInt32LittleEndian(sector[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(sector[24..]),
            (long)BinaryPrimitives.ReadUInt64LittleEndian(sector[32..]),
            BinaryPrimitives.ReadUInt64LittleEndian(sector[40..]),
            BinaryPrimitives.ReadUInt64LittleEndian(sector[48..]),
            BinaryPrimitives.ReadUInt64LittleEndian(sector[56..]),
            BinaryPrimitives.ReadUInt32LittleEndian(sector[20..]));
        var sane = header.PageSize is >= WalLimits.PageSizeMin and <= WalLimits.PageSizeMax && header.Length > header.PageSize;
        return sane ? header : null;
    }
}
