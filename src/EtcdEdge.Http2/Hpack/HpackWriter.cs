using System.Buffers;
using System.Globalization;
using System.Text;

namespace EtcdEdge.Http2.Hpack;

/// <summary>
/// Writes header blocks (RFC 7541). Fields are literals that enter no table: a response's are few and short, and a block then is the same bytes for
/// every client and can be made once.
/// </summary>
public static class HpackWriter
{
    private const int StatusName = 8;
    private const int StatusesInTable = 7;

    /// <summary>Adds the response's status, which comes first.</summary>
    public static void WriteStatus(IBufferWriter<byte> block, int status)
    {
        var text = status.ToString(CultureInfo.InvariantCulture);
        for (var index = StatusName; index < StatusName + StatusesInTable; index++)
        {
            if (StaticTable.At(index).Value == text)
            {
                WriteInteger(block, 0x80, prefixBits: 7, index);
                return;
            }
        }

        WriteInteger(block, 0, prefixBits: 4, StatusName);
        WriteText(block, text);
    }

    /// <param name="block">What is added to.</param>
    /// <param name="name">In any case; it is sent in lower case.</param>
    /// <param name="value">Octets, one a character.</param>
    public static void WriteField(IBufferWriter<byte> block, string name, string value)
    {
        var lower = name.ToLowerInvariant();
        var index = StaticTable.IndexOf(lower);
        WriteInteger(block, 0, prefixBits: 4, index);
        if (index == 0)
        {
            WriteText(block, lower);
        }

        WriteText(block, value);
    }

    private static void WriteText(IBufferWriter<byte> block, string text)
    {
        WriteInteger(block, 0, prefixBits: 7, text.Length);
        Encoding.Latin1.GetBytes(text, block);
    }

    private static void WriteInteger(IBufferWriter<byte> block, byte pattern, int prefixBits, int value)
    {
        var target = block.GetSpan(6);
        int most = (1 << prefixBits) - 1, written = 1;
        if (value < most)
        {
            target[0] = (byte)(pattern | value);
        }
        else
        {
            target[0] = (byte)(pattern | most);
            for (value -= most; value > 0x7F; value >>= 7)
            {
                target[written++] = (byte)(value | 0x80);
            }

            target[written++] = (byte)value;
        }

        block.Advance(written);
    }
}
