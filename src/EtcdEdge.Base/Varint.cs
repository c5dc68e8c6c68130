using System.Numerics;

namespace EtcdEdge.Base;

/// <summary>
/// Unsigned LEB128, the varint of Protocol Buffers: seven bits a byte, lowest first, with the top bit set on all bytes but the last.
/// </summary>
public static class Varint
{
    /// <summary>Bytes of the longest encoding of 64 bits.</summary>
    public const int MaxBytes = 10;

    /// <summary>Bytes of the encoding of <paramref name="value"/>.</summary>
    public static int SizeOf(ulong value) => (BitOperations.Log2(value | 1) * 9 + 73) >> 6;

    /// <summary>Writes <paramref name="value"/> to the start of <paramref name="output"/> and returns the bytes it takes.</summary>
    public static int Write(Span<byte> output, ulong value)
    {
        var length = 0;
        while (value >= 0x80)
        {
            output[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        output[length++] = (byte)value;
        return length;
    }

    /// <summary>Reads a value from the start of <paramref name="input"/>.</summary>
    /// <param name="input">The encoding and whatever follows it.</param>
    /// <param name="value">The value; bits above 64 are dropped, as Protocol Buffers does.</param>
    /// <param name="length">Bytes read.</param>
    /// <returns>False when the input ends within the encoding or the encoding is longer than <see cref="MaxBytes"/>; then
    /// <paramref name="length"/> tells the two apart.</returns>
    public static bool TryRead(ReadOnlySpan<byte> input, out ulong value, out int length)
    {
        value = 0;
        for (length = 0; length < input.Length && length < MaxBytes;)
        {
            var next = input[length];
            value |= (ulong)(next & 0x7F) << (7 * length++);
            if (next < 0x80)
            {
                return true;
            }
        }

        return false;
    }
}
