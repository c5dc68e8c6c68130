using System.Globalization;
using EtcdEdge.Http2.Hpack;

namespace EtcdEdge.Http2;

/// <summary>A request's pseudo-header and other fields (RFC 9113 section 8.3.1).</summary>
public sealed class RequestHead(HeaderList fields)
{
    public HeaderList Fields { get; } = fields;

    public string Method { get; private set; } = "";

    public string Scheme { get; private set; } = "";

    public string Authority { get; private set; } = "";

    /// <summary>The field of the path: it may be in the header table from an earlier request.</summary>
    public HeaderField? Path { get; private set; }

    /// <summary>Octets of the body; null when the client does not announce it.</summary>
    public long? ContentLength { get; private set; }

    public string ContentType { get; private set; } = "";

    /// <summary>The compression of messages; "" and "identity" are none.</summary>
    public string MessageEncoding { get; private set; } = "";

    /// <summary>The text of grpc-timeout; "" when there is none.</summary>
    public string Timeout { get; private set; } = "";

    /// <summary>Null when the fields are no valid request.</summary>
    public static RequestHead? Read(HeaderList fields)
    {
        var head = new RequestHead(fields);
        var hasRegular = false;
        foreach (var field in fields.Fields)
        {
            var isPseudo = field.Name.StartsWith(':');
            hasRegular |= !isPseudo;
            if (isPseudo ? hasRegular || !head.TakePseudo(field) : !head.TakeRegular(field))
            {
                return null;
            }
        }

        return head.Method.Length > 0 && head.Scheme.Length > 0 && head.Path is { Value: ['/', ..] or "*" } ? head : null;
    }

    private bool TakePseudo(HeaderField field)
    {
        switch (field.Name)
        {
            case ":method" when Method.Length == 0:
                Method = field.Value;
                return IsToken(field.Value);
            case ":scheme" when Scheme.Length == 0:
                Scheme = field.Value;
                return true;
            case ":path" when Path is null:
                Path = field;
                return IsText(field.Value);
            case ":authority" when Authority.Length == 0:
                Authority = field.Value;
                return IsText(field.Value);
            default:
                return false;
        }
    }

    private bool TakeRegular(HeaderField field)
    {
        switch (field.Name)
        {
            case "content-length":
                var isNumber = long.TryParse(field.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var length);
                ContentLength = length;
                return isNumber;
            case "content-type":
                ContentType = field.Value;
                break;
            case "grpc-encoding":
                MessageEncoding = field.Value;
                break;
            case "grpc-timeout":
                Timeout = field.Value;
                break;
            case "te":
                return field.Value == "trailers";
            case "connection" or "keep-alive" or "proxy-connection" or "transfer-encoding" or "upgrade":
                return false;
        }

        return IsName(field.Name) && IsText(field.Value);
    }

    // Lower case, and no octet that could end a line where a field is written down as text (section 8.2.1).
    private static bool IsName(string name) => name.Length > 0 && !name.AsSpan().ContainsAnyInRange('A', 'Z') && IsToken(name);

    private static bool IsToken(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange('!', '~') && !text.Contains(':');

    private static bool IsText(string value) => !value.AsSpan().ContainsAny('\0', '\r', '\n');
}
