using System.Collections;
using System.Globalization;
using System.Text;
using EtcdEdge.Api;
using EtcdEdge.StateMachine;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Requests;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace EtcdEdge.Server.Logging;

/// <summary>
/// A log entry's request as etcd logs it, in protobuf's text format on one line: <c>header:&lt;ID:7 &gt; put:&lt;key:"k" value_size:3 &gt;</c>.
/// Values are replaced by their size, as in etcd; passwords, hashes and tokens, which etcd shows, are omitted.
/// </summary>
internal static class RequestText
{
    private static readonly string[] s_secrets = ["password", "hashedPassword", "simple_token"];
    private static readonly string[] s_values = ["value", "val", "prev_value"];

    /// <summary>The text of an entry's data; empty when it is no request.</summary>
    public static string Of(ReadOnlyMemory<byte> entry)
    {
        try
        {
            var text = new StringBuilder();
            Append(InternalRaftRequest.Parser.ParseFrom(entry.Span), text);
            return text.ToString().TrimEnd();
        }
        catch (InvalidProtocolBufferException)
        {
            return "";
        }
    }

    /// <summary>What came of it: "size:12", before that the number of keys of a range.</summary>
    public static string Of(in ApplyResult result) => result switch
    {
        { Error: not EtcdError.None } => "",
        { Response: RangeResult range } =>
            string.Create(CultureInfo.InvariantCulture, $"range_response_count:{range.Records.Length} size:{range.SizeWithoutHeader}"),
        { Response: KvResult kv } => string.Create(CultureInfo.InvariantCulture, $"size:{kv.SizeWithoutHeader}"),
        { Response: IMessage message } => string.Create(CultureInfo.InvariantCulture, $"size:{message.CalculateSize()}"),
        _ => "",
    };

    private static void Append(IMessage message, StringBuilder text)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder().Where(field => !s_secrets.Contains(field.Name)))
        {
            var value = field.Accessor.GetValue(message);
            if (field.IsRepeated)
            {
                foreach (var element in (IList)value)
                {
                    Append(field, element, text);
                }
            }
            else if (IsSet(message, field, value))
            {
                Append(field, value, text);
            }
        }
    }

    private static bool IsSet(IMessage message, FieldDescriptor field, object? value) => field.HasPresence
        ? field.Accessor.HasValue(message)
        : value switch
        {
            ByteString bytes => !bytes.IsEmpty,
            string words => words.Length > 0,
            bool flag => flag,
            Enum choice => Convert.ToInt64(choice, CultureInfo.InvariantCulture) != 0,
            IConvertible number => number.ToDecimal(CultureInfo.InvariantCulture) != 0,
            _ => false,
        };

    private static void Append(FieldDescriptor field, object value, StringBuilder text)
    {
        text.Append(field.Name);
        switch (value)
        {
            case IMessage inner:
                text.Append(":<");
                Append(inner, text);
                text.Append("> ");
                return;
            case ByteString bytes when s_values.Contains(field.Name):
                text.Append("_size:").Append(bytes.Length);
                break;
            case string words when s_values.Contains(field.Name):
                text.Append("_size:").Append(Encoding.UTF8.GetByteCount(words));
                break;
            case ByteString bytes:
                AppendQuoted(bytes.Span, text);
                break;
            case string words:
                AppendQuoted(Encoding.UTF8.GetBytes(words), text);
                break;
            case Enum choice:
                text.Append(':').Append(field.EnumType.FindValueByNumber(Convert.ToInt32(choice, CultureInfo.InvariantCulture))?.Name
                    ?? choice.ToString("d"));
                break;
            default:
                text.Append(':').Append(Convert.ToString(value, CultureInfo.InvariantCulture)!.ToLowerInvariant());
                break;
        }

        text.Append(' ');
    }

    // Go's protobuf text: printable ASCII as it is, the rest in octal.
    private static void AppendQuoted(ReadOnlySpan<byte> bytes, StringBuilder text)
    {
        text.Append(":\"");
        foreach (var b in bytes)
        {
            _ = b switch
            {
                (byte)'\n' => text.Append("\\n"),
                (byte)'\r' => text.Append("\\r"),
                (byte)'\t' => text.Append("\\t"),
                (byte)'"' or (byte)'\\' => text.Append('\\').Append((char)b),
                >= 0x20 and < 0x7f => text.Append((char)b),
                _ => text.Append('\\').Append(Convert.ToString(b, 8).PadLeft(3, '0')),
            };
        }

        text.Append('"');
    }
}
