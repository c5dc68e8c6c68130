using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using EtcdEdge.Api;
using Google.Protobuf.Reflection;

namespace EtcdEdge.Differential;

/// <summary>One HTTP request to the JSON gateway as a step; its answer is status, headers and body as they are compared.</summary>
internal static class GatewaySteps
{
    /// <summary>Headers that clients of a gateway read; others are the HTTP server's own.</summary>
    private static readonly string[] s_headers = ["Content-Type", "Grpc-Metadata-Content-Type", "WWW-Authenticate", "Allow"];

    /// <param name="path">Below /v3/.</param>
    /// <param name="body">JSON.</param>
    /// <param name="answer">What an answer of 200 consists of; null when the path decides.</param>
    public static Step Post(string path, string body, MessageDescriptor? answer) => new($"POST {path}", body, (session, cancel) =>
        RunAsync(session, HttpMethod.Post, "/v3/" + path, body, text => JsonAnswerText.Of(text, answer ?? AnswerOf(path)), cancel));

    /// <summary>A body that is no JSON for this path: what the error says of it is the JSON library's own.</summary>
    public static Step Malformed(string path, string body) => new($"POST {path} (malformed)", body, (session, cancel) =>
        RunAsync(session, HttpMethod.Post, "/v3/" + path, body, text => JsonAnswerText.OfMalformed(text, AnswerOf(path)), cancel));

    /// <summary>Another method or path; only the status is compared, since what else comes is the router's.</summary>
    public static Step Send(string method, string path, string body) => new($"{method} {path}", body, (session, cancel) =>
        RunAsync(session, new HttpMethod(method), path, body, _ => "", cancel));

    public static Step Authenticate(string user, string password)
    {
        var body = $$"""{"name":"{{user}}","password":"{{password}}"}""";
        return new Step("POST auth/authenticate", body, (session, cancel) => RunAsync(session, HttpMethod.Post, "/v3/auth/authenticate", body, text =>
        {
            using var json = JsonDocument.Parse(text);
            if (json.RootElement.TryGetProperty("token", out var token))
            {
                session.Tokens[user] = token.GetString()!;
            }

            return JsonAnswerText.Of(text, AuthenticateResponse.Descriptor);
        }, cancel));
    }

    /// <summary>Everything from the first revision on from a key, read until it is there, refused or canceled.</summary>
    public static Step Watch(string from)
    {
        var key = Convert.ToBase64String(Encoding.UTF8.GetBytes(from));
        var body = $$$"""{"create_request":{"key":"{{{key}}}","range_end":"AA==","start_revision":"1","prev_kv":true}}""";
        return new Step("POST watch", body, (session, cancel) => ReadWatchAsync(session, body, cancel));
    }

    private static MessageDescriptor AnswerOf(string path) => path switch
    {
        "kv/put" => PutResponse.Descriptor,
        "kv/range" => RangeResponse.Descriptor,
        "lease/keepalive" => LeaseKeepAliveResponse.Descriptor,
        _ => LeaseTimeToLiveResponse.Descriptor,
    };

    private static async Task<string> RunAsync(
        Session session, HttpMethod method, string path, string body, Func<string, string> read, CancellationToken cancel)
    {
        try
        {
            using var request = Request(session, method, path, body);
            using var response = await session.Http.SendAsync(request, cancel);
            var text = await response.Content.ReadAsStringAsync(cancel);
            return $"{Head(response)} {read(text)}";
        }
        catch (HttpRequestException e)
        {
            return $"the connection broke: {e.Message} {e.InnerException?.Message}";
        }
    }

    private static async Task<string> ReadWatchAsync(Session session, string body, CancellationToken cancel)
    {
        // The newest revision says where the stream has nothing more to say; without the right to know it there is nothing to read either.
        var newest = await NewestAsync(session, cancel);
        using var request = Request(session, HttpMethod.Post, "/v3/watch", body);
        using var response = await session.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancel));
        var events = new StringBuilder();
        long seen = 0;
        while ((newest is null || seen < newest || events.Length == 0) && await lines.ReadLineAsync(cancel) is { } line)
        {
            events.Append(JsonAnswerText.OfWatch(line, ref seen, out var isOver));
            if (isOver)
            {
                break;
            }
        }

        return $"{Head(response)} {events}";
    }

    private static async Task<long?> NewestAsync(Session session, CancellationToken cancel)
    {
        using var request = Request(session, HttpMethod.Post, "/v3/kv/range",
            """{"key":"AA==","range_end":"AA==","sort_target":"MOD","sort_order":"DESCEND","limit":1}""");
        using var response = await session.Http.SendAsync(request, cancel);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancel));
        return !response.IsSuccessStatusCode ? null
            : json.RootElement.TryGetProperty("kvs", out var kvs) ? long.Parse(kvs[0].GetProperty("mod_revision").GetString()!) : 0;
    }

    private static HttpRequestMessage Request(Session session, HttpMethod method, string path, string body)
    {
        var request = new HttpRequestMessage(method, path) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (session.Token is { } token)
        {
            request.Headers.TryAddWithoutValidation("Authorization", token);
        }

        return request;
    }

    private static string Head(HttpResponseMessage response)
    {
        var text = new StringBuilder().Append((int)response.StatusCode);
        foreach (var name in s_headers)
        {
            if (response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values))
            {
                text.Append($" {name}={KnownDifferences.Rewrite(string.Join(',', values))}");
            }
        }

        return text.ToString();
    }
}
