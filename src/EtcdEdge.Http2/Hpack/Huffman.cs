namespace EtcdEdge.Http2.Hpack;

/// <summary>
/// The code of RFC 7541 appendix B. It is canonical (codes of a length follow each other in the order of their symbols), so the lengths determine it.
/// </summary>
public static class Huffman
{
    private const int EndOfString = 256;
    private const int LongestCode = 30;
    private const int ShortCode = 8;

    /// <summary>Bits of the code of each octet, and of the end of the string.</summary>
    private static readonly byte[] s_lengths =
    [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
        30,
    ];

    /// <summary>Symbols in the order of their codes.</summary>
    private static readonly ushort[] s_symbols =
        [.. Enumerable.Range(0, s_lengths.Length).OrderBy(s => s_lengths[s]).ThenBy(s => s).Select(s => (ushort)s)];

    /// <summary>By length: the first code, and the position of its symbol; the code after the last one of that length.</summary>
    private static readonly uint[] s_firstCode = new uint[LongestCode + 1];
    private static readonly uint[] s_endCode = new uint[LongestCode + 1];
    private static readonly int[] s_firstSymbol = new int[LongestCode + 1];

    /// <summary>By the next eight bits: symbol and length of the code they begin with, 0 when it is longer.</summary>
    private static readonly ushort[] s_short = new ushort[1 << ShortCode];

    static Huffman()
    {
        uint code = 0;
        for (int length = 1, symbol = 0; length <= LongestCode; length++, code <<= 1)
        {
            (s_firstCode[length], s_firstSymbol[length]) = (code, symbol);
            for (; symbol < s_symbols.Length && s_lengths[s_symbols[symbol]] == length; symbol++, code++)
            {
                if (length <= ShortCode)
                {
                    var spare = ShortCode - length;
                    s_short.AsSpan((int)code << spare, 1 << spare).Fill((ushort)((s_symbols[symbol] << 8) | length));
                }
            }

            s_endCode[length] = code;
        }
    }

    /// <summary>How many octets a string of this many encoded ones holds at most.</summary>
    public static int MaxDecodedLength(int encoded) => (encoded * 8) / 5;

    /// <returns>How many octets were written.</returns>
    /// <exception cref="Http2Exception">It holds the end of the string, or ends in something else than up to seven ones.</exception>
    public static int Decode(ReadOnlySpan<byte> encoded, Span<byte> target)
    {
        ulong window = 0;
        int bits = 0, at = 0, written = 0;
        while (true)
        {
            for (; bits <= 56 && at < encoded.Length; bits += 8)
            {
                window |= (ulong)encoded[at++] << (56 - bits);
            }

            var (symbol, length) = Next(window);
            if (length > bits)
            {
                return IsPadding(window, bits) ? written : throw Malformed();
            }

            if (symbol == EndOfString)
            {
                throw Malformed();
            }

            target[written++] = (byte)symbol;
            window <<= length;
            bits -= length;
        }
    }

    private static (int Symbol, int Length) Next(ulong window)
    {
        var known = s_short[window >> 56];
        if (known != 0)
        {
            return (known >> 8, known & 0xFF);
        }

        for (var length = ShortCode + 1; length < LongestCode; length++)
        {
            var code = (uint)(window >> (64 - length));
            if (code < s_endCode[length])
            {
                return (s_symbols[s_firstSymbol[length] + (int)(code - s_firstCode[length])], length);
            }
        }

        var longest = (uint)(window >> (64 - LongestCode));
        return (s_symbols[s_firstSymbol[LongestCode] + (int)(longest - s_firstCode[LongestCode])], LongestCode);
    }

    private static bool IsPadding(ulong window, int bits) => bits == 0 || (bits < 8 && window >> (64 - bits) == (1UL << bits) - 1);

    private static Http2Exception Malformed() => new(Http2Error.CompressionError, "a string that is no Huffman code");
}
