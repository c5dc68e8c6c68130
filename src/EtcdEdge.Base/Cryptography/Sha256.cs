using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace EtcdEdge.Base.Cryptography;

/// <summary>
/// SHA-256 (FIPS 180-4) of a stream, for the checksum at the end of a snapshot. The framework's where OpenSSL exists, which is several times faster;
/// our own elsewhere, because the framework's aborts the process on a system without libssl, which a board without TLS does not need.
/// </summary>
public sealed class Sha256(bool useOpenSsl)
{
    public const int Size = 32;
    private const int Block = 64;

    private static readonly uint[] s_constants =
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    private static readonly bool s_hasOpenSsl = NativeLibrary.TryLoad("libssl.so.3", out _) || NativeLibrary.TryLoad("libssl.so.1.1", out _);
    private readonly IncrementalHash? _framework = useOpenSsl ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
    private readonly uint[] _state = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
    private readonly byte[] _rest = new byte[Block];
    private ulong _length;

    public Sha256() : this(s_hasOpenSsl)
    {
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_framework is not null)
        {
            _framework.AppendData(bytes);
            return;
        }

        AppendOwn(bytes);
    }

    private void AppendOwn(ReadOnlySpan<byte> bytes)
    {
        var held = (int)(_length % Block);
        _length += (ulong)bytes.Length;
        if (held > 0)
        {
            var taken = Math.Min(Block - held, bytes.Length);
            bytes[..taken].CopyTo(_rest.AsSpan(held));
            bytes = bytes[taken..];
            if (held + taken < Block)
            {
                return;
            }

            Add(_rest);
        }

        var whole = bytes.Length / Block * Block;
        Add(bytes[..whole]);
        bytes[whole..].CopyTo(_rest);
    }

    /// <summary>The digest, <see cref="Size"/> bytes. Nothing may be appended afterwards.</summary>
    public byte[] Finish()
    {
        if (_framework is not null)
        {
            using var finished = _framework;
            return finished.GetHashAndReset();
        }

        var bits = _length * 8;
        var held = (int)(_length % Block);
        Span<byte> padding = stackalloc byte[Block + 8];
        padding.Clear();
        padding[0] = 0x80;
        var zeros = (Block + 56 - held - 1) % Block;
        BinaryPrimitives.WriteUInt64BigEndian(padding[(1 + zeros)..], bits);
        AppendOwn(padding[..(1 + zeros + 8)]);
        var digest = new byte[Size];
        for (var i = 0; i < _state.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(digest.AsSpan(4 * i), _state[i]);
        }

        return digest;
    }

    private void Add(ReadOnlySpan<byte> blocks)
    {
        Span<uint> words = stackalloc uint[64];
        for (; !blocks.IsEmpty; blocks = blocks[Block..])
        {
            Schedule(blocks, words);
            Compress(words);
        }
    }

    private static void Schedule(ReadOnlySpan<byte> block, Span<uint> words)
    {
        for (var i = 0; i < 16; i++)
        {
            words[i] = BinaryPrimitives.ReadUInt32BigEndian(block[(4 * i)..]);
        }

        for (var i = 16; i < words.Length; i++)
        {
            uint near = words[i - 2], far = words[i - 15];
            var a = BitOperations.RotateRight(far, 7) ^ BitOperations.RotateRight(far, 18) ^ (far >> 3);
            var b = BitOperations.RotateRight(near, 17) ^ BitOperations.RotateRight(near, 19) ^ (near >> 10);
            words[i] = words[i - 16] + a + words[i - 7] + b;
        }
    }

    private void Compress(ReadOnlySpan<uint> words)
    {
        var (a, b, c, d) = (_state[0], _state[1], _state[2], _state[3]);
        var (e, f, g, h) = (_state[4], _state[5], _state[6], _state[7]);
        for (var i = 0; i < words.Length; i++)
        {
            var s1 = BitOperations.RotateRight(e, 6) ^ BitOperations.RotateRight(e, 11) ^ BitOperations.RotateRight(e, 25);
            var t1 = h + s1 + ((e & f) ^ (~e & g)) + s_constants[i] + words[i];
            var s0 = BitOperations.RotateRight(a, 2) ^ BitOperations.RotateRight(a, 13) ^ BitOperations.RotateRight(a, 22);
            var t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
            (h, g, f, e, d, c, b, a) = (g, f, e, d + t1, c, b, a, t1 + t2);
        }

        _state[0] += a;
        _state[1] += b;
        _state[2] += c;
        _state[3] += d;
        _state[4] += e;
        _state[5] += f;
        _state[6] += g;
        _state[7] += h;
    }
}
