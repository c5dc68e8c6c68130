using System.Buffers;
using System.Buffers.Text;
using System.Globalization;

namespace EtcdEdge.Server.Api.Gateway;

/// <summary>
/// Protobuf bytes of a response to JSON as protobuf's mapping has it with original names: 64-bit integers as strings, bytes as base64, enums by
/// name, absent fields left out. Fields come in the order in which they were written, repeated ones together, as all serializers here do it.
/// </summary>
internal static class JsonResponse
{
    public static void Write(MessageShape shape, ReadOnlySpan<byte> message, ArrayBufferWriter<byte> output)
    {
        output.Write("{"u8);
        var fields = new WireFields(message);
        FieldShape? open = null;
        var isFirst = true;
        while (fields.Next())
        {
            if (shape.Field(fields.Number) is not { } field || IsAbsent(field, ref fields))
            {
                continue;
            }

            if (ReferenceEquals(field, open))
            {
                output.Write(","u8);
            }
            else
            {
                Close(open, output);
                output.Write(isFirst ? ""u8 : ","u8);
                output.Write(field.Key);
                output.Write(field.IsRepeated ? "["u8 : ""u8);
                (open, isFirst) = (field.IsRepeated ? field : null, false);
            }

            WriteElements(field, ref fields, output);
        }

        Close(open, output);
        output.Write("}"u8);
    }

    private static void Close(FieldShape? open, ArrayBufferWriter<byte> output)
    {
        if (open is not null)
        {
            output.Write("]"u8);
        }
    }

    // Zeroes that were written nevertheless. Messages and elements of lists are there even when they are empty.
    private static bool IsAbsent(FieldShape field, ref WireFields fields) =>
        !field.IsRepeated && field.Oneof is null
        && (fields.IsNumber ? fields.Value == 0 : field.Kind != FieldKind.Message && fields.Content.IsEmpty);

    // Numbers of a list may come packed into one field.
    private static void WriteElements(FieldShape field, ref WireFields fields, ArrayBufferWriter<byte> output)
    {
        if (fields.IsNumber)
        {
            WriteNumber(field, fields.Value, output);
        }
        else if (field.Kind is FieldKind.Message)
        {
            Write(field.Message!, fields.Content, output);
        }
        else if (field.Kind is FieldKind.Bytes)
        {
            WriteBase64(fields.Content, output);
        }
        else if (field.Kind is FieldKind.String)
        {
            JsonText.Write(fields.Content, output);
        }
        else
        {
            WritePacked(field, fields.Content, output);
        }
    }

    private static void WritePacked(FieldShape field, ReadOnlySpan<byte> content, ArrayBufferWriter<byte> output)
    {
        for (var isFirst = true; !content.IsEmpty; isFirst = false)
        {
            output.Write(isFirst ? ""u8 : ","u8);
            WriteNumber(field, WireFields.Varint(ref content), output);
        }
    }

    private static void WriteNumber(FieldShape field, ulong value, ArrayBufferWriter<byte> output)
    {
        switch (field.Kind)
        {
            case FieldKind.Bool:
                output.Write(value == 0 ? "false"u8 : "true"u8);
                break;
            case FieldKind.Enum when field.EnumNames!.TryGetValue((int)value, out var name):
                output.Write(name);
                break;
            case FieldKind.Int64:
                Format((long)value, quoted: true, output);
                break;
            case FieldKind.UInt64:
                Format(value, quoted: true, output);
                break;
            case FieldKind.UInt32:
                Format((uint)value, quoted: false, output);
                break;
            default:
                Format((int)value, quoted: false, output);
                break;
        }
    }

    private static void Format<T>(T value, bool quoted, ArrayBufferWriter<byte> output)
        where T : IUtf8SpanFormattable
    {
        const int longest = 24;
        output.Write(quoted ? "\""u8 : ""u8);
        value.TryFormat(output.GetSpan(longest), out var written, default, CultureInfo.InvariantCulture);
        output.Advance(written);
        output.Write(quoted ? "\""u8 : ""u8);
    }

    private static void WriteBase64(ReadOnlySpan<byte> content, ArrayBufferWriter<byte> output)
    {
        output.Write("\""u8);
        Base64.EncodeToUtf8(content, output.GetSpan(Base64.GetMaxEncodedToUtf8Length(content.Length)), out _, out var written);
        output.Advance(written);
        output.Write("\""u8);
    }
}
