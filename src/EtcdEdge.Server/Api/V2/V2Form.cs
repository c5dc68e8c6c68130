using System.Globalization;
using System.Text;
using EtcdEdge.Configuration;
using EtcdEdge.Server.Api.EtcdHttp;
using EtcdEdge.StateMachine.V2;
using Microsoft.AspNetCore.Http;

namespace EtcdEdge.Server.Api.V2;

/// <summary>
/// The fields of a request as Go's net/http finds them: those of the body, then those of the query; of a repeated one the first counts.
/// </summary>
internal sealed class V2Form
{
    private readonly Dictionary<string, string> _fields = new(StringComparer.Ordinal);

    /// <exception cref="V2Exception">The query or body is no form.</exception>
    public static async Task<V2Form> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        var form = new V2Form();
        var hasBody = request.Method is "POST" or "PUT" && (request.ContentType ?? "").Split(';')[0].Trim()
            .Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);
        if (hasBody)
        {
            form.Add(await BodyAsync(request, cancel));
        }

        form.Add(request.QueryString.HasValue ? request.QueryString.Value![1..] : "");
        return form;
    }

    public bool Has(string name) => _fields.ContainsKey(name);

    public string Text(string name) => _fields.GetValueOrDefault(name, "");

    public bool Bool(string name, string quote = "\"")
    {
        var value = false;
        return !_fields.TryGetValue(name, out var text) || GoSyntax.TryParseBool(text, out value)
            ? value
            : throw new V2Exception(V2ErrorCode.InvalidField, $"invalid value for {quote}{name}{quote}");
    }

    public ulong Number(string name, V2ErrorCode refusal)
    {
        ulong value = 0;
        return !_fields.TryGetValue(name, out var text) || ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value)
            ? value
            : throw new V2Exception(refusal, $"invalid value for \"{name}\"");
    }

    private static async Task<string> BodyAsync(HttpRequest request, CancellationToken cancel)
    {
        using var body = new MemoryStream();
        var buffer = new byte[16 << 10];
        int count;
        while ((count = await request.Body.ReadAsync(buffer, cancel)) > 0)
        {
            if (body.Length + count > V2Limits.V2FormBytes)
            {
                throw new V2Exception(V2ErrorCode.InvalidForm, "http: POST too large");
            }

            body.Write(buffer, 0, count);
        }

        return Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length);
    }

    private void Add(string encoded)
    {
        // Of several errors Go reports this one (net/url, parseQuery).
        if (encoded.Contains(';', StringComparison.Ordinal))
        {
            throw new V2Exception(V2ErrorCode.InvalidForm, "invalid semicolon separator in query");
        }

        foreach (var pair in encoded.Split('&'))
        {
            if (pair.Length == 0)
            {
                continue;
            }

            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var name = Decode(equals < 0 ? pair : pair[..equals]);
            _fields.TryAdd(name, Decode(equals < 0 ? "" : pair[(equals + 1)..]));
        }
    }

    private static string Decode(string text) => GoUrl.Unescape(text, plusIsSpace: true, out var broken)
        ?? throw new V2Exception(V2ErrorCode.InvalidForm, $"invalid URL escape \"{broken}\"");
}
