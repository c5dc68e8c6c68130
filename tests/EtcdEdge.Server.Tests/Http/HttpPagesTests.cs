using System.Net;
using System.Text.Json;
using EtcdEdge.Api;
using EtcdEdge.Configuration;
using EtcdEdge.Server.Node;
using EtcdEdge.Server.Tests.Grpc;
using EtcdEdge.StateMachine.Model;
using Xunit;

namespace EtcdEdge.Server.Tests.Http;

/// <summary>Goal: probes and scripts see etcd's own pages. Method: the bodies and headers that etcd 3.5.30 answered to the same requests.</summary>
public sealed class HttpPagesTests : IDisposable
{
    private readonly HttpClient _client = new();

    [Theory]
    [InlineData("/health", """{"health":"true","reason":""}""")]
    [InlineData("/health?serializable=true", """{"health":"true","reason":""}""")]
    [InlineData("/livez", "ok\n")]
    [InlineData("/livez?verbose", "[+]serializable_read ok\nok\n")]
    [InlineData("/livez/serializable_read?verbose", "[+]serializable_read ok\nok\n")]
    [InlineData("/readyz?verbose", "[+]data_corruption ok\n[+]serializable_read ok\n[+]linearizable_read ok\n[+]non_learner ok\nok\n")]
    [InlineData("/readyz?verbose&exclude=non_learner", "[+]data_corruption ok\n[+]serializable_read ok\n[+]linearizable_read ok\nok\n")]
    [InlineData("/readyz/data_corruption", "ok\n")]
    public async Task A_healthy_server_answers_as_etcd(string path, string body)
    {
        await using var wire = await WireHost.StartAsync();
        foreach (var url in new[] { wire.ClientUrl, wire.MetricsUrl })
        {
            var response = await _client.GetAsync(url + path, Cancel);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(body, await response.Content.ReadAsStringAsync(Cancel));
            Assert.Equal("text/plain; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        }
    }

    [Fact]
    public async Task An_alarm_fails_health_unless_it_is_excluded_and_NOSPACE_never_fails_readyz()
    {
        await using var wire = await WireHost.StartAsync();
        await RaiseAsync(wire, AlarmType.Nospace);
        Assert.Equal((503, "{\"health\":\"false\",\"reason\":\"ALARM NOSPACE\"}\n"), await GetAsync(wire.ClientUrl + "/health"));
        Assert.Equal((200, """{"health":"true","reason":""}"""), await GetAsync(wire.ClientUrl + "/health?exclude=NOSPACE"));
        Assert.Equal((200, "ok\n"), await GetAsync(wire.ClientUrl + "/readyz"));
        await RaiseAsync(wire, AlarmType.Corrupt);
        const string report =
            "[-]data_corruption failed: alarm activated: CORRUPT\n[+]serializable_read ok\n[+]linearizable_read ok\n[+]non_learner ok\n";
        Assert.Equal((503, report + "\n"), await GetAsync(wire.ClientUrl + "/readyz"));
    }

    [Fact]
    public async Task Without_a_leader_only_serializable_health_is_good()
    {
        await using var wire = await WireHost.StartAsync();
        wire.Node.Status = new NodeStatus();
        wire.Node.Refusal = EtcdError.NoLeader;
        Assert.Equal((503, "{\"health\":\"false\",\"reason\":\"RAFT NO LEADER\"}\n"), await GetAsync(wire.ClientUrl + "/health"));
        Assert.Equal((200, """{"health":"true","reason":""}"""), await GetAsync(wire.ClientUrl + "/health?serializable=true"));
        Assert.Equal((503, "[-]linearizable_read failed: etcdserver: no leader\n\n"), await GetAsync(wire.ClientUrl + "/readyz/linearizable_read"));
        Assert.Equal((200, "ok\n"), await GetAsync(wire.ClientUrl + "/livez"));
    }

    [Fact]
    public async Task A_failing_read_is_named()
    {
        await using var wire = await WireHost.StartAsync();
        wire.Node.Refusal = EtcdError.Timeout;
        Assert.Equal(
            (503, "{\"health\":\"false\",\"reason\":\"RANGE ERROR:etcdserver: request timed out\"}\n"), await GetAsync(wire.ClientUrl + "/health"));
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/livez")]
    [InlineData("/version")]
    public async Task Only_GET_is_allowed(string path)
    {
        await using var wire = await WireHost.StartAsync();
        var response = await _client.PostAsync(wire.ClientUrl + path, null, Cancel);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal("GET", response.Content.Headers.Allow.Single());
        Assert.Equal("Method Not Allowed\n", await response.Content.ReadAsStringAsync(Cancel));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/nope")]
    [InlineData("/livez/")]
    public async Task Every_other_path_is_not_found(string path)
    {
        await using var wire = await WireHost.StartAsync();
        Assert.Equal((404, "404 page not found\n"), await GetAsync(wire.ClientUrl + path));
    }

    [Fact]
    public async Task A_path_that_is_not_clean_is_sent_to_where_it_leads()
    {
        await using var wire = await WireHost.StartAsync();
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        foreach (var (path, clean) in ((string, string)[])[("//version?a=b", "/version?a=b"), ("/a//b/", "/a/b/"), ("//", "/")])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get,
                new Uri(wire.ClientUrl + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
            using var response = await client.SendAsync(request, Cancel);
            Assert.Equal((HttpStatusCode.MovedPermanently, clean), (response.StatusCode, response.Headers.Location!.ToString()));
            Assert.Equal($"<a href=\"{clean}\">Moved Permanently</a>.\n\n", await response.Content.ReadAsStringAsync(Cancel));
        }
    }

    [Theory]
    [InlineData("/version")]
    [InlineData("/debug/vars")]
    public async Task The_metrics_port_serves_health_and_metrics_only(string path)
    {
        await using var wire = await WireHost.StartAsync();
        Assert.Equal(404, (await GetAsync(wire.MetricsUrl + path)).Status);
        Assert.Equal(200, (await GetAsync(wire.ClientUrl + path)).Status);
        Assert.Contains("etcd_server_has_leader", (await GetAsync(wire.MetricsUrl + "/metrics")).Body);
    }

    [Fact]
    public async Task Debug_vars_are_the_command_line_the_memory_and_raft()
    {
        await using var wire = await WireHost.StartAsync();
        using var page = JsonDocument.Parse((await GetAsync(wire.ClientUrl + "/debug/vars")).Body);
        Assert.Equal(["cmdline", "memstats", "raft.status"], page.RootElement.EnumerateObject().Select(part => part.Name));
        Assert.Equal(["Alloc", "NumGC", "Sys", "TotalAlloc"], page.RootElement.GetProperty("memstats").EnumerateObject().Select(part => part.Name)
            .Order());
        var raft = page.RootElement.GetProperty("raft.status");
        Assert.Equal(("5e", "5e", 7),
            (raft.GetProperty("id").GetString(), raft.GetProperty("lead").GetString(), raft.GetProperty("term").GetInt32()));
    }

    [Fact]
    public async Task Client_pages_carry_CORS_headers_and_OPTIONS_is_answered()
    {
        await using var wire = await WireHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Options, wire.ClientUrl + "/version");
        var response = await _client.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal("POST, GET, OPTIONS, PUT, DELETE", string.Join(", ", response.Headers.GetValues("Access-Control-Allow-Methods")));
        Assert.False((await _client.GetAsync(wire.MetricsUrl + "/health", Cancel)).Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task A_host_name_that_is_not_listed_is_turned_away()
    {
        await using var wire = await WireHost.StartAsync(new ServerOptions { Http = new HttpOptions { HostWhitelist = ["etcd.example"] } });
        var (status, body) = await GetAsync(wire.ClientUrl + "/version");
        Assert.Equal(421, status);
        Assert.Contains("--host-whitelist \"127.0.0.1\"", body);
    }

    public void Dispose() => _client.Dispose();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<(int Status, string Body)> GetAsync(string url)
    {
        var response = await _client.GetAsync(url, Cancel);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Cancel));
    }

    private static async Task RaiseAsync(WireHost wire, AlarmType alarm) =>
        await new Maintenance.MaintenanceClient(wire.Channel).AlarmAsync(
            new AlarmRequest { Action = AlarmRequest.Types.AlarmAction.Activate, MemberID = 1, Alarm = alarm }, cancellationToken: Cancel);
}
