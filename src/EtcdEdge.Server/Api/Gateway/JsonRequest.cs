using System.Buffers;
using System.Text;
using System.Text.Json;

namespace EtcdEdge.Server.Api.Gateway;

/// <summary>
/// JSON of a request to protobuf bytes, by the rules of protobuf's JSON mapping as Go's protojson has them: both names of a field, unknown fields
/// and enum names dropped, integers as numbers or strings, both alphabets of base64. Only the first value of the text counts, and no text at
/// all is an empty message, as grpc-gateway has it. One object per call; not thread safe.
/// </summary>
internal ref struct JsonRequest
{
    private static ReadOnlySpan<byte> Digits => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8;

    private readonly ReadOnlySpan<byte> _json;
    private readonly ProtoBuffer _output;
    private Utf8JsonReader _reader;

    private JsonRequest(ReadOnlySpan<byte> json, ProtoBuffer output)
    {
        _json = json;
        _output = output;
        _reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = GatewayLimits.JsonDepth });
    }

    /// <summary>Appends the message's bytes to the buffer. Throws <see cref="JsonRequestException"/>.</summary>
    public static void Write(MessageShape shape, ReadOnlySpan<byte> json, ProtoBuffer output)
    {
        json = json.TrimStart(" \t\r\n"u8);
        if (json.IsEmpty)
        {
            return;
        }

        var request = new JsonRequest(json, output);
        try
        {
            request._reader.Read();
            request.Message(shape);
        }
        catch (JsonException malformed)
        {
            throw new JsonRequestException(GoJsonError.Describe(json, malformed));
        }
        catch (InvalidOperationException)
        {
            // The reader's word for a name or value that is no UTF-8.
            throw new JsonRequestException("proto: syntax error: invalid UTF-8 in string");
        }
    }

    private void Message(MessageShape shape)
    {
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            throw Unexpected();
        }

        ulong seen = 0;
        string? oneof = null;
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
        {
            var field = FieldOfName(shape);
            var nameAt = _reader.TokenStartIndex;
            _reader.Read();
            if (field is null || _reader.TokenType == JsonTokenType.Null)
            {
                _reader.Skip();
                continue;
            }

            RequireFirst(field, nameAt, ref seen, ref oneof);
            Field(field);
        }
    }

    private readonly FieldShape? FieldOfName(MessageShape shape)
    {
        Span<char> name = stackalloc char[GatewayLimits.JsonNameLength];
        if (_reader.ValueSpan.Length > name.Length)
        {
            return null;
        }

        var length = _reader.CopyString(name);
        return shape.Names.TryGetValue(name[..length], out var field) ? field : null;
    }

    private readonly void RequireFirst(FieldShape field, long nameAt, ref ulong seen, ref string? oneof)
    {
        if ((seen & (1UL << field.Index)) != 0)
        {
            throw Error(nameAt, $"duplicate field \"{field.JsonName}\"");
        }

        if (field.Oneof is not null && field.Oneof == oneof)
        {
            throw Error(nameAt, $"error parsing \"{field.JsonName}\", oneof {oneof} is already set");
        }

        seen |= 1UL << field.Index;
        oneof = field.Oneof ?? oneof;
    }

    private void Field(FieldShape field)
    {
        if (!field.IsRepeated)
        {
            Value(field);
            return;
        }

        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            throw Unexpected();
        }

        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            Value(field);
        }
    }

    private void Value(FieldShape field)
    {
        switch (field.Kind)
        {
            case FieldKind.Message:
                var start = _output.Begin(field.Number);
                Message(field.Message!);
                _output.End(start);
                break;
            case FieldKind.Bytes:
                Bytes(field);
                break;
            case FieldKind.String:
                Text(field);
                break;
            case FieldKind.Bool:
                _output.Number(field.Number, Bool(field) ? 1UL : 0);
                break;
            case FieldKind.Enum:
                Enum(field);
                break;
            default:
                _output.Number(field.Number, Integer(field));
                break;
        }
    }

    private readonly bool Bool(FieldShape field) => _reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw Invalid(field),
    };

    private readonly ulong Integer(FieldShape field)
    {
        if (_reader.TokenType is not (JsonTokenType.Number or JsonTokenType.String) || _reader.ValueIsEscaped)
        {
            throw Invalid(field);
        }

        return JsonInteger.TryParse(_reader.ValueSpan, field.Kind, out var value) ? value : throw Invalid(field);
    }

    /// <summary>An unknown name is dropped like an unknown field; it may belong to a newer version.</summary>
    private readonly void Enum(FieldShape field)
    {
        if (_reader.TokenType == JsonTokenType.String)
        {
            if (field.EnumNumbers!.TryGetValue(_reader.GetString()!, out var number))
            {
                _output.Number(field.Number, (ulong)number);
            }

            return;
        }

        if (_reader.TokenType != JsonTokenType.Number || !JsonInteger.TryParse(_reader.ValueSpan, FieldKind.Int32, out var value))
        {
            throw Invalid(field);
        }

        _output.Number(field.Number, value);
    }

    private readonly void Text(FieldShape field)
    {
        if (_reader.TokenType != JsonTokenType.String)
        {
            throw Invalid(field);
        }

        if (!_reader.ValueIsEscaped)
        {
            _output.Bytes(field.Number, _reader.ValueSpan);
            return;
        }

        var unescaped = ArrayPool<byte>.Shared.Rent(_reader.ValueSpan.Length);
        var length = _reader.CopyString(unescaped);
        _output.Bytes(field.Number, unescaped.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(unescaped);
    }

    private readonly void Bytes(FieldShape field)
    {
        if (_reader.TokenType != JsonTokenType.String)
        {
            throw Invalid(field);
        }

        var span = _reader.ValueSpan;
        var isPlain = !_reader.ValueIsEscaped && span.Length % 4 == 0 && !span.ContainsAny((byte)'-', (byte)'_');
        if (!(isPlain && _output.Base64(field.Number, span)) && !OtherBase64(field.Number))
        {
            throw Invalid(field);
        }
    }

    /// <summary>Escaped, without padding, in the alphabet for URLs, or with bits behind the last byte, which Go ignores: made plain first.</summary>
    private readonly bool OtherBase64(int number)
    {
        var text = ArrayPool<byte>.Shared.Rent(_reader.ValueSpan.Length + 3);
        var length = _reader.CopyString(text);
        text.AsSpan(0, length).Replace((byte)'-', (byte)'+');
        text.AsSpan(0, length).Replace((byte)'_', (byte)'/');
        while (length % 4 != 0)
        {
            text[length++] = (byte)'=';
        }

        ClearSpareBits(text.AsSpan(0, length));

        var done = _output.Base64(number, text.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(text);
        return done;
    }

    private static void ClearSpareBits(Span<byte> text)
    {
        var significant = text.TrimEnd((byte)'=');
        var padding = text.Length - significant.Length;
        var digit = significant.IsEmpty ? -1 : Digits.IndexOf(significant[^1]);
        if (digit >= 0 && padding is 1 or 2)
        {
            significant[^1] = Digits[padding == 1 ? digit & ~0b11 : digit & ~0b1111];
        }
    }

    private readonly JsonRequestException Invalid(FieldShape field) =>
        Error(_reader.TokenStartIndex, $"invalid value for {field.KindName} field {field.JsonName}: {RawToken()}");

    private readonly JsonRequestException Unexpected() =>
        new($"proto: syntax error {Position(_reader.TokenStartIndex)}: unexpected token {RawToken()}");

    private readonly JsonRequestException Error(long at, string what) => new($"proto: {Position(at)}: {what}");

    private readonly string RawToken() => Encoding.UTF8.GetString(_json[(int)_reader.TokenStartIndex..(int)_reader.BytesConsumed]);

    /// <summary>Line and column, both from one, in characters.</summary>
    private readonly string Position(long at)
    {
        var before = _json[..(int)at];
        var line = before.Count((byte)'\n') + 1;
        var column = Encoding.UTF8.GetCharCount(before[(before.LastIndexOf((byte)'\n') + 1)..]) + 1;
        return $"(line {line}:{column})";
    }
}
