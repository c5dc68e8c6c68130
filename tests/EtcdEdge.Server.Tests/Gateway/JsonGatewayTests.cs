// Goal: the gateway's HTTP side is etcd's: paths, methods, statuses, headers, streams, WebSockets. Method: a whole server, plain HTTP clients.

using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using EtcdEdge.Server.Api.Rpc;
using Xunit;

namespace EtcdEdge.Server.Tests.Gateway;

public sealed class JsonGatewayTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gateway-").FullName;
    private readonly HttpClient _http = new();
    private RunningServer? _server;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Url => _server!.Url;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync(_directory);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server!.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData("/v3")]
    [InlineData("/v3beta")]
    public async Task A_put_and_a_range_are_those_of_gRPC(string prefix)
    {
        var (_, put) = await PostAsync($"{prefix}/kv/put", """{"key":"Zm9v","value":"YmFy"}""");
        Assert.Equal("2", (string?)put["header"]!["revision"]);
        var (response, range) = await PostAsync($"{prefix}/kv/range", """{"key":"Zm9v"}""");
        Assert.Equal("""[{"key":"Zm9v","create_revision":"2","mod_revision":"2","version":"1","value":"YmFy"}]""", range["kvs"]!.ToJsonString());
        Assert.Equal("application/json", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("application/grpc", response.Headers.GetValues("Grpc-Metadata-Content-Type").Single());
        Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
    }

    [Theory]
    [InlineData("/v3/kv/range", "{}", 400, 3, "etcdserver: key is not provided")]
    [InlineData("/v3/kv/range", """{"key":"Zg==","revision":"9"}""", 400, 11, "etcdserver: mvcc: required revision is a future revision")]
    [InlineData("/v3/lease/revoke", """{"ID":"7"}""", 404, 5, "etcdserver: requested lease not found")]
    [InlineData("/v3/kv/nothing", "{}", 404, 5, "Not Found")]
    [InlineData("/v3/kv/put/", "{}", 404, 5, "Not Found")]
    [InlineData("/v3/kv/range", "{", 400, 3, "unexpected EOF")]
    public async Task A_refusal_has_etcds_status_code_and_text(string path, string body, int status, int code, string text)
    {
        var (response, json) = await PostAsync(path, body);
        Assert.Equal((HttpStatusCode)status, response.StatusCode);
        Assert.Equal((code, text, text), ((int)json["code"]!, (string?)json["message"], (string?)json["error"]));
    }

    [Theory]
    [InlineData("/v3/kv/range")]
    [InlineData("/v3/lease/keepalive")]
    public async Task A_malformed_body_does_not_cost_the_connection(string path)
    {
        var connections = 0;
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancel) =>
            {
                connections++;
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(context.DnsEndPoint, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using var http = new HttpClient(handler);
        for (var round = 0; round < 3; round++)
        {
            using var body = new StringContent("""{"key":5}""");
            using var response = await http.PostAsync(new Uri(Url + path), body, Cancel);
            await response.Content.ReadAsStringAsync(Cancel);
        }

        Assert.Equal(1, connections);
    }

    [Fact]
    public async Task Another_method_than_POST_is_not_implemented()
    {
        using var response = await _http.GetAsync(new Uri(Url + "/v3/kv/range"), Cancel);
        Assert.Equal(HttpStatusCode.NotImplemented, response.StatusCode);
    }

    [Fact]
    public async Task A_request_larger_than_allowed_is_refused_before_it_is_kept()
    {
        // Asks before it sends: a client in the middle of sending what nobody reads may lose the answer with the connection.
        using var request = new HttpRequestMessage(HttpMethod.Post, Url + "/v3/kv/put")
        {
            Content = new StringContent($$"""{"key":"Zg==","value":"{{new string('A', 8 << 20)}}"}"""),
            Headers = { ExpectContinue = true },
        };
        using var response = await _http.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        var json = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!;
        Assert.StartsWith("grpc: received message larger than max", (string?)json["message"]);
    }

    [Fact]
    public async Task A_request_between_etcds_two_limits_is_refused_by_the_server()
    {
        var (response, json) = await PostAsync("/v3/kv/put", $$"""{"key":"Zg==","value":"{{new string('A', 9 << 18)}}"}""");
        Assert.Equal((HttpStatusCode.BadRequest, "etcdserver: request is too large"), (response.StatusCode, (string?)json["message"]));
    }

    [Fact]
    public async Task A_watch_is_a_line_per_response_and_goes_on_after_the_request_has_ended()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Url + "/v3/watch")
        {
            Content = new StringContent("""{"create_request":{"key":"Zm9v"}}"""),
        };
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
        Assert.True((bool)JsonNode.Parse((await lines.ReadLineAsync(Cancel))!)!["result"]!["created"]!);
        await PostAsync("/v3/kv/put", """{"key":"Zm9v","value":"MQ=="}""");
        var events = JsonNode.Parse((await lines.ReadLineAsync(Cancel))!)!["result"]!["events"]!;
        Assert.Equal("MQ==", (string?)events[0]!["kv"]!["value"]);
    }

    [Fact]
    public async Task Keepalives_are_answered_one_by_one_until_the_body_ends()
    {
        var (_, lease) = await PostAsync("/v3/lease/grant", """{"TTL":"100"}""");
        using var body = new StringContent($$"""{"ID":"{{lease["ID"]}}"} {"ID":{{lease["ID"]}}}{"ID":"1"}""");
        using var response = await _http.PostAsync(new Uri(Url + "/v3/lease/keepalive"), body, Cancel);
        var lines = (await response.Content.ReadAsStringAsync(Cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["100", "100", null], lines.Select(line => (string?)JsonNode.Parse(line)!["result"]!["TTL"]));
    }

    [Fact]
    public async Task A_watch_over_a_WebSocket_takes_and_gives_messages()
    {
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("Bearer");
        socket.Options.AddSubProtocol("token.1");
        await socket.ConnectAsync(new Uri(Url.Replace("http:", "ws:", StringComparison.Ordinal) + "/v3/watch"), Cancel);
        Assert.Equal("Bearer", socket.SubProtocol);
        await SendAsync(socket, """{"create_request":{"key":"Zm9v"}}""");
        Assert.True((bool)(await ReceiveAsync(socket))["result"]!["created"]!);
        await SendAsync(socket, """{"create_request":{"key":"YmFy","watch_id":"7"}}""");
        Assert.Equal("7", (string?)(await ReceiveAsync(socket))["result"]!["watch_id"]);
        await PostAsync("/v3/kv/put", """{"key":"Zm9v"}""");
        Assert.Equal("Zm9v", (string?)(await ReceiveAsync(socket))["result"]!["events"]![0]!["kv"]!["key"]);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancel);
    }

    [Fact]
    public async Task A_deadline_of_the_client_is_kept()
    {
        using var body = new StringContent("""{"create_request":{"key":"Zg=="}}""");
        using var request = new HttpRequestMessage(HttpMethod.Post, Url + "/v3/watch") { Content = body };
        request.Headers.Add("Grpc-Timeout", "200m");
        using var response = await _http.SendAsync(request, Cancel);
        var lines = (await response.Content.ReadAsStringAsync(Cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.NotNull(JsonNode.Parse(lines[^1])!["error"]);
    }

    [Theory]
    [InlineData("1S", 1000)]
    [InlineData("250m", 250)]
    [InlineData("99999999H", null)]
    [InlineData("S", null)]
    [InlineData("1x", null)]
    [InlineData("", null)]
    public void The_timeout_header_is_gRPCs(string text, int? milliseconds) =>
        Assert.Equal(milliseconds, (int?)CallTimeout.Parse(text)?.TotalMilliseconds);

    [Fact]
    public async Task Without_the_gateway_its_paths_are_nothing()
    {
        await using var other = await RunningServer.StartAsync(
            Path.Combine(_directory, "other"), options => options with { Http = new() { GrpcGateway = false } });
        using var body = new StringContent("{}");
        using var response = await _http.PostAsync(new Uri(other.Url + "/v3/kv/range"), body, Cancel);
        Assert.Equal((HttpStatusCode.NotFound, "404 page not found\n"), (response.StatusCode, await response.Content.ReadAsStringAsync(Cancel)));
    }

    private async Task<(HttpResponseMessage Response, JsonNode Json)> PostAsync(string path, string body)
    {
        using var content = new StringContent(body);
        var response = await _http.PostAsync(new Uri(Url + path), content, Cancel);
        return (response, JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!);
    }

    private static Task SendAsync(ClientWebSocket socket, string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, Cancel);

    private static async Task<JsonNode> ReceiveAsync(ClientWebSocket socket)
    {
        var buffer = new byte[4096];
        var received = await socket.ReceiveAsync(buffer, Cancel);
        Assert.True(received.EndOfMessage);
        return JsonNode.Parse(Encoding.UTF8.GetString(buffer, 0, received.Count))!;
    }
}
