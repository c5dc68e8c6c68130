using System.Buffers.Binary;

namespace EtcdEdge.Storage.Bbolt;

/// <summary>
/// A meta page's content (bbolt internal/common/meta.go). There are two of them, on pages 0 and 1; the whole one with the higher transaction is the
/// database.
/// </summary>
internal readonly record struct BboltMeta(int PageSize, ulong Root, ulong Freelist, ulong PageCount, ulong Transaction)
{
    public const int Size = 64;
    private const uint Magic = 0xED0CDAED;
    private const uint Version = 2;
    private const int ChecksumAt = 56;
    private const ulong FnvOffset = 14695981039346656037;
    private const ulong FnvPrime = 1099511628211;

    /// <summary>
    /// magic · version · page size · flags (u32 each) · root · sequence · freelist · page count · transaction · FNV-1a of all that (u64 each).
    /// </summary>
    public void Write(Span<byte> into)
    {
        into[..Size].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(into, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(into[4..], Version);
        BinaryPrimitives.WriteUInt32LittleEndian(into[8..], (uint)PageSize);
        BinaryPrimitives.WriteUInt64LittleEndian(into[16..], Root);
        BinaryPrimitives.WriteUInt64LittleEndian(into[32..], Freelist);
        BinaryPrimitives.WriteUInt64LittleEndian(into[40..], PageCount);
        BinaryPrimitives.WriteUInt64LittleEndian(into[48..], Transaction);
        BinaryPrimitives.WriteUInt64LittleEndian(into[ChecksumAt..], Checksum(into));
    }

    /// <summary>Null when these bytes are no meta that can be used.</summary>
    public static BboltMeta? Read(ReadOnlySpan<byte> bytes)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic || BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) != Version
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes[ChecksumAt..]) != Checksum(bytes))
        {
            return null;
        }

        return new BboltMeta(
            BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]), BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[32..]), BinaryPrimitives.ReadUInt64LittleEndian(bytes[40..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[48..]));
    }

    private static ulong Checksum(ReadOnlySpan<byte> bytes)
    {
        var hash = FnvOffset;
        foreach (var next in bytes[..ChecksumAt])
        {
            hash = (hash ^ next) * FnvPrime;
        }

        return hash;
    }
}
