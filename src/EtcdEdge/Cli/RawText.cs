using System.Buffers;
using System.Text;

namespace EtcdEdge.Cli;

/// <summary>
/// Bytes as text and back without loss. Keys and values may be any bytes, and so may arguments: a byte that is no UTF-8 becomes the lone surrogate
/// U+DC00 plus the byte (Python's surrogateescape).
/// </summary>
internal static class RawText
{
    private const int Escape = 0xDC00;

    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            var isValid = Rune.DecodeFromUtf8(bytes, out var rune, out var length) == OperationStatus.Done;
            if (isValid)
            {
                text.Append(rune.ToString());
            }
            else
            {
                length = 1;
                text.Append((char)(Escape + bytes[0]));
            }

            bytes = bytes[length..];
        }

        return text.ToString();
    }

    public static byte[] Encode(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        return bytes[..Encode(text, bytes)];
    }

    /// <summary>Returns how many bytes were written into <paramref name="bytes"/>, which holds 3 for each character.</summary>
    public static int Encode(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        var written = 0;
        while (!text.IsEmpty)
        {
            var status = Rune.DecodeFromUtf16(text, out var rune, out var length);
            if (status != OperationStatus.Done && text[0] is >= (char)(Escape + 0x80) and <= (char)(Escape + 0xFF))
            {
                bytes[written++] = (byte)(text[0] - Escape);
                length = 1;
            }
            else
            {
                written += rune.EncodeToUtf8(bytes[written..]);
            }

            text = text[length..];
        }

        return written;
    }

    /// <summary>The arguments with their bytes, where the runtime has replaced invalid ones.</summary>
    public static string[] Arguments(string[] arguments)
    {
        if (!Array.Exists(arguments, argument => argument.Contains('\uFFFD', StringComparison.Ordinal)))
        {
            return arguments;
        }

        var line = File.ReadAllBytes("/proc/self/cmdline").AsSpan();
        var words = new List<string>();
        while (line.IndexOf((byte)0) is var end and >= 0)
        {
            words.Add(Decode(line[..end]));
            line = line[(end + 1)..];
        }

        return words.Count >= arguments.Length ? [.. words.Skip(words.Count - arguments.Length)] : arguments;
    }
}
