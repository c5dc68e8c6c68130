using System.Collections;
using System.Globalization;
using System.Text;
using EtcdEdge.Cli.Output;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace EtcdEdge.Cli.Ctl.Writers;

/// <summary>
/// JSON as Go's encoding/json writes etcd's messages: proto names in the order of the declaration, defaults left out, numbers as numbers, bytes in
/// base64.
/// </summary>
internal sealed class GoJson(TextOutput output)
{
    private bool _needsComma;

    /// <summary>Identities as hexadecimal text, in the messages that etcdctl shows so.</summary>
    public bool IsHex { get; init; }

    public GoJson Begin(char bracket)
    {
        Separate();
        output.Write(bracket);
        _needsComma = false;
        return this;
    }

    public GoJson End(char bracket)
    {
        output.Write(bracket);
        _needsComma = true;
        return this;
    }

    public GoJson Name(string name)
    {
        Separate();
        String(name);
        output.Write(':');
        _needsComma = false;
        return this;
    }

    public GoJson Literal(string text)
    {
        Separate();
        output.Write(text);
        _needsComma = true;
        return this;
    }

    public GoJson Number(long value) => Literal(value.ToString(CultureInfo.InvariantCulture));

    public GoJson Number(ulong value) => Literal(value.ToString(CultureInfo.InvariantCulture));

    public GoJson Bool(bool value) => Literal(GoText.Bool(value));

    public GoJson Text(string value)
    {
        Separate();
        String(value);
        _needsComma = true;
        return this;
    }

    public GoJson Bytes(ByteString value)
    {
        Separate();
        output.Write('"');
        Base64(value.Span);
        output.Write('"');
        _needsComma = true;
        return this;
    }

    /// <summary>A message as an object; null as "null".</summary>
    public GoJson Message(IMessage? message)
    {
        if (message is null)
        {
            return Literal("null");
        }

        Begin('{');
        Members(message);
        return End('}');
    }

    /// <summary>The members of a message, inside of an object.</summary>
    public GoJson Members(IMessage message)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            var value = field.Accessor.GetValue(message);
            if (!IsDefault(field, value, message))
            {
                Name(field.Name);
                Value(field, value);
            }
        }

        return this;
    }

    private static bool IsDefault(FieldDescriptor field, object? value, IMessage message) =>
        field.ContainingOneof is { } union && union.Accessor.GetCaseFieldDescriptor(message) != field ? true : value switch
        {
            null => true,
            IList list => list.Count == 0,
            ByteString bytes => bytes.IsEmpty,
            string text => text.Length == 0,
            bool isSet => !isSet,
            IMessage => false,
            _ => Convert.ToDecimal(value, CultureInfo.InvariantCulture) == 0,
        };

    private void Value(FieldDescriptor field, object value)
    {
        if (value is not IList list)
        {
            One(value);
            return;
        }

        Begin('[');
        foreach (var item in list)
        {
            One(item!);
        }

        End(']');
    }

    private void One(object value)
    {
        switch (value)
        {
            case IMessage message:
                Message(message);
                break;
            case ByteString bytes:
                Bytes(bytes);
                break;
            case string text:
                Text(text);
                break;
            case bool isSet:
                Bool(isSet);
                break;
            case Enum:
                Number(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            default:
                Literal(((IFormattable)value).ToString(null, CultureInfo.InvariantCulture));
                break;
        }
    }

    private void Separate()
    {
        if (_needsComma)
        {
            output.Write(',');
        }
    }

    private void Base64(ReadOnlySpan<byte> bytes)
    {
        const int Piece = 3 * 4096;
        var encoded = new byte[System.Buffers.Text.Base64.GetMaxEncodedToUtf8Length(Math.Min(bytes.Length, Piece))];
        for (; !bytes.IsEmpty; bytes = bytes[Math.Min(bytes.Length, Piece)..])
        {
            System.Buffers.Text.Base64.EncodeToUtf8(bytes[..Math.Min(bytes.Length, Piece)], encoded, out _, out var written);
            output.WriteBytes(encoded.AsSpan(0, written));
        }
    }

    private void String(string value)
    {
        var text = new StringBuilder("\"");
        foreach (var rune in value.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                < ' ' or '<' or '>' or '&' or 0x2028 or 0x2029 => text.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}"),
                0xFFFD => text.Append("\\ufffd"),
                _ => text.Append(rune.ToString()),
            };
        }

        output.Write(text.Append('"').ToString());
    }
}
