using System.Buffers.Binary;
using System.Numerics;

namespace EtcdEdge.Base.Cryptography;

/// <summary>
/// SHA-1 (FIPS 180-4) for etcd's ids, which are names and not secrets. Our own because the framework's loads OpenSSL, which aborts the process on a
/// system without libssl; a board without TLS does not need it.
/// </summary>
public static class Sha1
{
    public const int Size = 20;
    private const int Block = 64;

    /// <summary>The digest of the content, <see cref="Size"/> bytes.</summary>
    public static byte[] Of(ReadOnlySpan<byte> content)
    {
        var padded = new byte[(content.Length + 8 + Block) / Block * Block];
        content.CopyTo(padded);
        padded[content.Length] = 0x80;
        BinaryPrimitives.WriteUInt64BigEndian(padded.AsSpan(padded.Length - 8), (ulong)content.Length * 8);
        Span<uint> state = [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0];
        for (var at = 0; at < padded.Length; at += Block)
        {
            Add(state, padded.AsSpan(at, Block));
        }

        var digest = new byte[Size];
        for (var i = 0; i < state.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(digest.AsSpan(4 * i), state[i]);
        }

        return digest;
    }

    private static void Add(Span<uint> state, ReadOnlySpan<byte> block)
    {
        Span<uint> words = stackalloc uint[80];
        for (var i = 0; i < 80; i++)
        {
            words[i] = i < 16
                ? BinaryPrimitives.ReadUInt32BigEndian(block[(4 * i)..])
                : BitOperations.RotateLeft(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
        }

        var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4]);
        for (var i = 0; i < 80; i++)
        {
            var (choice, constant) = Round(i / 20, b, c, d);
            (a, b, c, d, e) = (BitOperations.RotateLeft(a, 5) + choice + e + constant + words[i], a, BitOperations.RotateLeft(b, 30), c, d);
        }

        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
    }

    private static (uint Choice, uint Constant) Round(int quarter, uint b, uint c, uint d) => quarter switch
    {
        0 => ((b & c) | (~b & d), 0x5A827999u),
        1 => (b ^ c ^ d, 0x6ED9EBA1u),
        2 => ((b & c) | (b & d) | (c & d), 0x8F1BBCDCu),
        _ => (b ^ c ^ d, 0xCA62C1D6u),
    };
}
