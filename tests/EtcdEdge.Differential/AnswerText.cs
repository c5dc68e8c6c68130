using System.Collections;
using System.Globalization;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace EtcdEdge.Differential;

/// <summary>
/// An answer as the text that is compared: every field by name, defaults left out, bytes readable, and the fields of
/// <see cref="KnownDifferences"/> rewritten to what they have in common.
/// </summary>
internal static class AnswerText
{
    private const int BytesShown = 60;

    public static string Of(IMessage message)
    {
        var text = new StringBuilder();
        Append(text, message);
        return text.ToString();
    }

    public static string Of(RpcException error) => $"{error.StatusCode}: {KnownDifferences.Rewrite(error.Status.Detail)}";

    private static void Append(StringBuilder text, IMessage message)
    {
        text.Append('{');
        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            var value = KnownDifferences.Rewrite(field, field.Accessor.GetValue(message));
            if (!IsDefault(value))
            {
                text.Append(text[^1] == '{' ? "" : " ").Append(field.Name).Append('=');
                Append(text, value!);
            }
        }

        text.Append('}');
    }

    private static void Append(StringBuilder text, object value)
    {
        switch (value)
        {
            case IMessage message:
                Append(text, message);
                break;
            case ByteString bytes:
                text.Append(Printable(bytes));
                break;
            case string s:
                text.Append('"').Append(KnownDifferences.Rewrite(s)).Append('"');
                break;
            case IEnumerable list:
                AppendList(text, list);
                break;
            default:
                text.AppendFormat(CultureInfo.InvariantCulture, "{0}", value);
                break;
        }
    }

    private static void AppendList(StringBuilder text, IEnumerable list)
    {
        text.Append('[');
        foreach (var item in list)
        {
            text.Append(text[^1] == '[' ? "" : ", ");
            Append(text, item);
        }

        text.Append(']');
    }

    private static bool IsDefault(object? value) => value switch
    {
        null => true,
        IMessage => false,
        ByteString b => b.IsEmpty,
        string s => s.Length == 0,
        ICollection c => c.Count == 0,
        bool b => !b,
        Enum e => Convert.ToInt64(e, CultureInfo.InvariantCulture) == 0,
        IConvertible c => c.ToDecimal(CultureInfo.InvariantCulture) == 0,
        _ => false,
    };

    /// <summary>Long values are named by length and a hash of all bytes, so that a difference anywhere shows.</summary>
    private static string Printable(ByteString bytes)
    {
        var text = new StringBuilder("'");
        foreach (var b in bytes.Span[..Math.Min(bytes.Length, BytesShown)])
        {
            text.Append(b is >= 0x20 and < 0x7f ? ((char)b).ToString() : $"\\x{b:x2}");
        }

        text.Append('\'');
        return bytes.Length <= BytesShown ? text.ToString() : $"{text}…({bytes.Length} bytes, hash {Fnv1a(bytes.Span):x8})";
    }

    private static uint Fnv1a(ReadOnlySpan<byte> bytes)
    {
        var hash = 2166136261u;
        foreach (var b in bytes)
        {
            hash = (hash ^ b) * 16777619u;
        }

        return hash;
    }
}
