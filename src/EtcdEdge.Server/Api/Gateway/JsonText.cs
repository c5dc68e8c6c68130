using System.Buffers;
using System.Text;

namespace EtcdEdge.Server.Api.Gateway;

/// <summary>JSON strings as Go's encoding/json writes them: &lt;, &gt; and &amp; escaped too, and what is no UTF-8 replaced.</summary>
internal static class JsonText
{
    private static readonly SearchValues<byte> _special =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(b => (byte)b), (byte)'"', (byte)'\\', (byte)'<', (byte)'>', (byte)'&',
            .. Enumerable.Range(0x80, 0x80).Select(b => (byte)b)]);

    public static void Write(string text, IBufferWriter<byte> output) => Write(Encoding.UTF8.GetBytes(text), output);

    public static void Write(ReadOnlySpan<byte> utf8, IBufferWriter<byte> output)
    {
        output.Write("\""u8);
        while (utf8.IndexOfAny(_special) is >= 0 and var at)
        {
            output.Write(utf8[..at]);
            utf8 = utf8[at..];
            Rune.DecodeFromUtf8(utf8, out var rune, out var length);
            WriteRune(rune, output);
            utf8 = utf8[length..];
        }

        output.Write(utf8);
        output.Write("\""u8);
    }

    private static void WriteRune(Rune rune, IBufferWriter<byte> output)
    {
        switch (rune.Value)
        {
            case '"':
                output.Write("\\\""u8);
                break;
            case '\\':
                output.Write("\\\\"u8);
                break;
            case '\n':
                output.Write("\\n"u8);
                break;
            case '\r':
                output.Write("\\r"u8);
                break;
            case '\t':
                output.Write("\\t"u8);
                break;
            case < 0x20 or '<' or '>' or '&' or 0x2028 or 0x2029:
                output.Write(Encoding.ASCII.GetBytes($"\\u{rune.Value:x4}"));
                break;
            default:
                output.Advance(rune.EncodeToUtf8(output.GetSpan(4)));
                break;
        }
    }
}
