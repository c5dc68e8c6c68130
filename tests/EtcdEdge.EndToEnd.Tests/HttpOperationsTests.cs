using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using EtcdEdge.Testing;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

// Goal: whatever probes, browsers and scripts ask of the HTTP side is answered as etcd 3.5 answers it: status, headers, body. Method: the same bytes
// to both, on client, HTTP and metrics URLs, healthy and with alarms; what differs on purpose is masked here, with its reason.
public sealed class HttpOperationsTests
{
    private static readonly string[] s_pages =
    [
        "/health", "/health?serializable=true", "/health?serializable=maybe", "/health?exclude=NOSPACE", "/health?exclude=CORRUPT&exclude=NOSPACE",
            "/health?exclude=NOSUCH",
        "/health/", "/livez", "/livez?verbose", "/livez?verbose=false", "/livez?exclude=serializable_read&verbose", "/livez?exclude=nosuch",
            "/livez/serializable_read?verbose",
        "/livez/nosuch", "/livez/", "/readyz", "/readyz?verbose", "/readyz?exclude=linearizable_read&verbose", "/readyz?exclude=data_corruption",
            "/readyz/data_corruption",
        "/readyz/linearizable_read", "/readyz/non_learner", "/version", "/version/", "/", "/nothing", "/v3", "/v3/", "/v3/nothing", "/v2",
            "/v2/keys", "/v2/machines",
        "/debug/pprof/", "/members", "/metrics/", "/robots.txt", "//version", "/a/../version", "/%2e/version", "/version?x=%zz", "/v3/kv/range/",
    ];

    private static readonly string[] s_methods = ["POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "FOO"];

    [Fact]
    public async Task Every_page_and_method_is_answered_as_etcd_answers_it()
    {
        await using var pair = await Pair.StartAsync();
        foreach (var page in s_pages)
        {
            await pair.SameAsync("GET", page);
        }

        foreach (var method in s_methods)
        {
            foreach (var page in (string[])["/health", "/livez", "/version", "/", "/v3/kv/range", "/nothing"])
            {
                await pair.SameAsync(method, page);
            }
        }
    }

    [Fact]
    public async Task Alarms_are_told_on_each_page_as_etcd_tells_them()
    {
        await using var pair = await Pair.StartAsync();
        // One after the other: of two, etcd's /health tells either, as its map's order has it.
        foreach (var (action, alarm) in ((string, string)[])[("ACTIVATE", "NOSPACE"), ("DEACTIVATE", "NOSPACE"), ("ACTIVATE", "CORRUPT"),
            ("DEACTIVATE", "CORRUPT")])
        {
            await pair.SameAsync("POST", "/v3/maintenance/alarm", body: $$"""{"action":"{{action}}","alarm":"{{alarm}}"}""");
            foreach (var page in s_pages.Where(page => page.StartsWith("/health", StringComparison.Ordinal)
                || page.Contains("yz", StringComparison.Ordinal) || page.Contains("vez", StringComparison.Ordinal)))
            {
                await pair.SameAsync("GET", page);
            }
        }
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("good.example")]
    [InlineData("good.example:99")]
    [InlineData("GOOD.example")]
    [InlineData("evil.example")]
    [InlineData("localhost")]
    [InlineData("[::1]")]
    public async Task Hosts_and_origins_get_in_as_with_etcd(string host)
    {
        await using var pair = await Pair.StartAsync("--host-whitelist=127.0.0.1,good.example", "--cors=http://a.example:80,http://b.example:80");
        foreach (var origin in (string[])["", "http://a.example:80", "http://a.example", "null"])
        {
            string[] headers = origin.Length > 0 ? ["Origin: " + origin] : [];
            await pair.SameAsync("GET", "/health", host, headers);
            await pair.SameAsync("OPTIONS", "/v3/kv/put", host, headers);
            await pair.SameAsync("GET", "/nothing", host, headers);
        }
    }

    [Fact]
    public async Task The_metrics_URL_serves_what_etcds_serves()
    {
        var (expected, actual) = (Ports.Free(), Ports.Free());
        await using var pair = await Pair.StartAsync([$"--listen-metrics-urls=http://127.0.0.1:{expected}"],
            [$"--listen-metrics-urls=http://127.0.0.1:{actual}"]);
        foreach (var page in s_pages)
        {
            await Pair.SameAsync(expected, actual, "GET", page, "127.0.0.1", [], "");
        }
    }

    /// <summary>etcd and the server under test with the same flags.</summary>
    private sealed class Pair : IAsyncDisposable
    {
        public required Daemon Expected { get; init; }

        public required Daemon Actual { get; init; }

        public static Task<Pair> StartAsync(params string[] flags) => StartAsync(flags, flags);

        public static async Task<Pair> StartAsync(string[] expectedFlags, string[] actualFlags)
        {
            var pair = new Pair
            {
                Expected = new Daemon(Binaries.Etcd, flags: expectedFlags),
                Actual = new Daemon(Binaries.Server, flags: actualFlags)
            };
            await Task.WhenAll(pair.Expected.StartAsync(), pair.Actual.StartAsync());
            return pair;
        }

        public Task SameAsync(string method, string path, string host = "127.0.0.1", string[]? headers = null, string body = "") =>
            SameAsync(Expected.ClientPort, Actual.ClientPort, method, path, host, headers ?? [], body);

        public static async Task SameAsync(int expected, int actual, string method, string path, string host, string[] headers, string body)
        {
            var lines = string.Concat(headers.Select(header => header + "\r\n")) + (body.Length > 0 ? $"Content-Length: {body.Length}\r\n" : "");
            var request = $"{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{lines}\r\n{body}";
            var (right, ours) = (Masked(await ExchangeAsync(expected, request)), Masked(await ExchangeAsync(actual, request)));
            Assert.True(right == ours, $"{method} {path} with host {host} {string.Join(' ', headers)}\n--- etcd:\n{right}\n--- EtcdEdge:\n{ours}");
        }

        public async ValueTask DisposeAsync()
        {
            await Expected.DisposeAsync();
            await Actual.DisposeAsync();
        }
    }

    private static async Task<string> ExchangeAsync(int port, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Headers and the lines of a report in order, Go's map having none; without what differs on purpose.</summary>
    private static string Masked(string answer)
    {
        var (head, body) = answer.Split("\r\n\r\n", 2) is [var first, var rest] ? (first.Split("\r\n"), rest) : ([answer], "");
        var headers = head[1..].Where(header => !s_unlike.Any(name => header.StartsWith(name, StringComparison.OrdinalIgnoreCase)))
            .Select(header => header.ToLowerInvariant());
        return string.Join('\n', [head[0], .. headers.Order(StringComparer.Ordinal), "", Body(body)]);
    }

    // The date; how the connection ends, which Kestrel says; lengths, which follow the bodies.
    private static readonly string[] s_unlike = ["Date:", "Connection:", "Content-Length:", "Transfer-Encoding:"];

    // The versions; the ids and revision in headers; "error" beside "message", for clients of etcd 3.4; protojson's spaces, put by chance of its
    // build.
    private static string Body(string body)
    {
        if (body.StartsWith('['))
        {
            return string.Join('\n', body.Split('\n').Order(StringComparer.Ordinal));
        }

        if (!body.StartsWith('{') || body.StartsWith("{\"health\"", StringComparison.Ordinal) || JsonNode.Parse(body) is not JsonObject json)
        {
            return body;
        }

        string[] own = ["etcdserver", "etcdcluster", "storage", "header", "error"];
        Array.ForEach(own, name => json.Remove(name));
        foreach (var alarm in json["alarms"] as JsonArray ?? [])
        {
            ((JsonObject)alarm!).Remove("memberID");
        }

        return json.ToJsonString();
    }
}
