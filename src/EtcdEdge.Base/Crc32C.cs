using System.Numerics;
using System.Runtime.InteropServices;

namespace EtcdEdge.Base;

/// <summary>
/// CRC-32C (Castagnoli, reflected, as RFC 3720 §12.1 defines it). The base library's step is one instruction where the processor has
/// it (SSE 4.2, Armv8 CRC) and a table elsewhere.
/// </summary>
public static class Crc32C
{
    public static uint Of(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    /// <summary>The checksum of what <paramref name="crc"/> covers, followed by <paramref name="bytes"/>.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        crc = ~crc;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
        {
            crc = BitOperations.Crc32C(crc, BitConverter.IsLittleEndian ? word : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(word));
        }

        foreach (var b in bytes[(words.Length * sizeof(ulong))..])
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return ~crc;
    }

    /// <summary>The checksum of what <paramref name="crc"/> covers, followed by <paramref name="word"/>'s eight little-endian bytes.</summary>
    public static uint Append(uint crc, ulong word) => ~BitOperations.Crc32C(~crc, word);

    /// <summary>The checksum of what <paramref name="crc"/> covers, followed by <paramref name="word"/>'s four little-endian bytes.</summary>
    public static uint Append(uint crc, uint word) => ~BitOperations.Crc32C(~crc, word);
}
