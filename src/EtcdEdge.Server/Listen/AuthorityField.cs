namespace EtcdEdge.Server.Listen;

/// <summary>Finds the :authority of a request in its header block (RFC 7541), as far as it is written out and not a reference to an earlier one.</summary>
internal static class AuthorityField
{
    private const int AuthorityIndex = 1;
    private const byte PaddedFlag = 0x08;
    private const byte PriorityFlag = 0x20;
    private const byte HuffmanBit = 0x80;

    // "http://" and "https://", as they are and in the Huffman code of RFC 7541 appendix B; the last byte of a code is cut to whole bits by its mask.
    private static readonly (byte[] Bytes, byte LastMask, bool IsHuffman)[] s_schemes =
    [
        ("http://"u8.ToArray(), 0xFF, false),
        ("https://"u8.ToArray(), 0xFF, false),
        ([0x9D, 0x29, 0xAE, 0xE3, 0x0C, 0x00], 0x80, true),
        ([0x9D, 0x29, 0xAD, 0x17, 0x18, 0x60], 0xFC, true),
    ];

    /// <summary>
    /// Where in <paramref name="frame"/>, a HEADERS frame's payload, the authority's string stands, its length octets included, when it begins with a scheme; null
    /// otherwise.
    /// </summary>
    public static Range? FindUrl(ReadOnlySpan<byte> frame, byte flags)
    {
        int at = ((flags & PaddedFlag) != 0 ? 1 : 0) + ((flags & PriorityFlag) != 0 ? 5 : 0);
        while (at < frame.Length)
        {
            byte first = frame[at];
            if ((first & 0x80) != 0)
            {
                // A reference to a whole field: nothing follows its index.
                if (!TryInteger(frame, ref at, prefixBits: 7, out _))
                {
                    return null;
                }
                continue;
            }
            if ((first & 0xE0) == 0x20)
            {
                if (!TryInteger(frame, ref at, prefixBits: 5, out _))
                {
                    return null;
                }
                continue;
            }
            if (!TryInteger(frame, ref at, prefixBits: (first & 0x40) != 0 ? 6 : 4, out int name) || (name == 0 && !TrySkipString(frame, ref at)))
            {
                return null;
            }
            int start = at;
            if (!TrySkipString(frame, ref at))
            {
                return null;
            }
            if (name == AuthorityIndex)
            {
                return IsUrl(frame[start..at]) ? start..at : null;
            }
        }
        return null;
    }

    /// <summary>
    /// Writes a valid host over an authority of the same encoded length. It is never longer than what it replaces once that is decoded, so that the client's and the
    /// server's tables of headers stay level (RFC 7541 section 4).
    /// </summary>
    /// <param name="field">The string with its length octets.</param>
    public static void WriteHost(Span<byte> field)
    {
        int at = 0;
        _ = TryInteger(field, ref at, prefixBits: 7, out _);
        field[0] &= 0x7F;
        field[at..].Fill((byte)'x');
    }

    private static bool IsUrl(ReadOnlySpan<byte> field)
    {
        bool isHuffman = (field[0] & HuffmanBit) != 0;
        int at = 0;
        _ = TryInteger(field, ref at, prefixBits: 7, out _);
        foreach (var (bytes, lastMask, huffman) in s_schemes)
        {
            var text = field[at..];
            int last = bytes.Length - 1;
            if (huffman == isHuffman && text.Length > bytes.Length && text[..last].SequenceEqual(bytes.AsSpan(0, last)) && (text[last] & lastMask) == bytes[last])
            {
                return true;
            }
        }
        return false;
    }

    private static bool TrySkipString(ReadOnlySpan<byte> block, ref int at)
    {
        if (!TryInteger(block, ref at, prefixBits: 7, out int length) || length > block.Length - at)
        {
            return false;
        }
        at += length;
        return true;
    }

    private static bool TryInteger(ReadOnlySpan<byte> block, ref int at, int prefixBits, out int value)
    {
        value = 0;
        if (at >= block.Length)
        {
            return false;
        }
        int most = (1 << prefixBits) - 1;
        value = block[at++] & most;
        if (value < most)
        {
            return true;
        }
        for (int shift = 0; at < block.Length && shift <= 14; shift += 7)
        {
            byte next = block[at++];
            value += (next & 0x7F) << shift;
            if ((next & 0x80) == 0)
            {
                return true;
            }
        }
        return false;
    }
}
