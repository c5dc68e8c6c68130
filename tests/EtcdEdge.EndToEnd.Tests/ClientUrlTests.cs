using System.Net;
using System.Text.RegularExpressions;
using EtcdEdge.Testing;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

// Goal: with --listen-client-http-urls gRPC and HTTP have URLs of their own, and a member without a leader says so on every page, both as etcd.
// Method: the same requests to real etcd and to the published daemon.
public sealed class ClientUrlTests
{
    private static readonly string[] s_pages =
        ["/health", "/livez", "/readyz", "/version", "/metrics", "/v3/kv/range", "/debug/vars", "/v2/keys", "/nothing"];

    private static readonly string[] s_healthPages =
    [
        "/health", "/health?serializable=true", "/livez", "/livez?verbose", "/livez/serializable_read", "/readyz", "/readyz?verbose",
        "/readyz/linearizable_read", "/readyz/serializable_read", "/readyz/non_learner", "/readyz?exclude=linearizable_read",
        "/readyz?exclude=linearizable_read&verbose",
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    public async Task Http_and_gRPC_are_served_each_on_its_own_url(string scheme)
    {
        using var ca = new TestCa();
        var (cert, key) = ca.Issue("server");
        string[] secure = scheme == "https" ? [$"--cert-file={cert}", $"--key-file={key}"] : [];
        var tellings = new List<string>();
        foreach (var binary in (string[])[Binaries.Etcd, Binaries.Server])
        {
            var http = Ports.Free();
            string[] flags = [$"--listen-client-http-urls={scheme}://127.0.0.1:{http}", .. secure];
            await using var daemon = new Daemon(binary, flags: flags) { Scheme = scheme };
            daemon.Start();
            await TestCluster.EventuallySaysAsync(daemon, "ready to serve client requests");
            tellings.Add(await TellAsync(daemon, ca, $"{scheme}://127.0.0.1:{http}"));
        }

        Assert.Equal(tellings[0], tellings[1]);
        Assert.Contains("gRPC: 0 OK", tellings[1], StringComparison.Ordinal);
        Assert.Contains("/health at http: 200", tellings[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_without_a_leader_says_so_on_every_page_as_etcd_does()
    {
        var tellings = new List<string>();
        foreach (var binary in (string[])[Binaries.Etcd, Binaries.Server])
        {
            await using var cluster = new TestCluster(3, binary: binary);
            await cluster.StartAsync();
            var stays = (await cluster.LeaderAsync() + 1) % 3;
            foreach (var other in cluster.Members.Where(member => member != cluster[stays]))
            {
                await other.KillAsync();
            }

            await TestCluster.EventuallyAsync(
                async () => (await PageAsync(cluster[stays].ClientUrl + "/health")).Contains("RAFT NO LEADER", StringComparison.Ordinal),
                "it has a leader still");
            var told = new List<string>();
            foreach (var page in s_healthPages)
            {
                told.Add($"{page}: {await PageAsync(cluster[stays].ClientUrl + page)}");
            }

            told.Add(await HealthOfAllAsync(cluster));
            tellings.Add(string.Join('\n', told));
        }

        Assert.Equal(tellings[0], tellings[1]);
        Assert.Contains("/health: 503", tellings[1], StringComparison.Ordinal);
        Assert.Contains("/livez: 200", tellings[1], StringComparison.Ordinal);
        Assert.Contains("/readyz: 503", tellings[1], StringComparison.Ordinal);
    }

    /// <summary>What etcdctl says of the health of all members, line by line without times and addresses, in order.</summary>
    private static async Task<string> HealthOfAllAsync(TestCluster cluster)
    {
        string[] arguments = [$"--endpoints={cluster.Endpoints}", "endpoint", "health", "--command-timeout=2s"];
        var health = await Command.RunAsync(Binaries.EtcdCtl("3.5"), arguments);
        var lines = (health.Output + health.Error).Split('\n').Where(line => line.Contains("healthy:", StringComparison.Ordinal))
            .Select(line => Regex.Replace(line, @"127\.0\.0\.1:\d+|took = .*", "X")).Order(StringComparer.Ordinal);
        return $"{health.ExitCode} {string.Join('\n', lines)}";
    }

    private static async Task<string> TellAsync(Daemon daemon, TestCa ca, string http)
    {
        var told = new List<string>();
        string[] trust = daemon.Scheme == "https" ? [$"--cacert={ca.CaFile}"] : [];
        foreach (var (name, url) in ((string, string)[])[("gRPC", daemon.ClientUrl), ("http", http)])
        {
            foreach (var page in s_pages)
            {
                string[] ask = ["-sS", "-m", "10", "--http1.1", .. CurlTrust(daemon, ca), "-o", "/dev/null", "-w", "%{http_code}", url + page];
                var done = await Command.RunAsync("curl", ask);
                told.Add($"{page} at {name}: {(done.ExitCode == 0 ? done.Output : "no answer")}");
            }

            told.Add($"/health by HTTP/2 at {name}: {await HeadOfHttp2Async(daemon, ca, url + "/health")}");
            string[] arguments = [$"--endpoints={url}", .. trust, "--dial-timeout=2s", "--command-timeout=2s", "put", "a", "1"];
            var put = await Command.RunAsync(Binaries.EtcdCtl("3.5"), arguments);
            told.Add($"{name}: {put.ExitCode} {put.Output.Trim()}");
        }

        return string.Join('\n', told);
    }

    /// <summary>Status line and gRPC's headers.</summary>
    private static async Task<string> HeadOfHttp2Async(Daemon daemon, TestCa ca, string url)
    {
        var http2 = daemon.Scheme == "https" ? "--http2" : "--http2-prior-knowledge";
        var done = await Command.RunAsync("curl", ["-sS", "-m", "10", http2, .. CurlTrust(daemon, ca), "-D", "-", "-o", "/dev/null", url]);
        string[] told = ["HTTP", "grpc"];
        return string.Join(' ', done.Output.Split("\r\n").Where(line => told.Any(start => line.StartsWith(start, StringComparison.Ordinal))));
    }

    private static string[] CurlTrust(Daemon daemon, TestCa ca) => daemon.Scheme == "https" ? ["--cacert", ca.CaFile] : [];

    private static async Task<string> PageAsync(string url)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        using var answer = await client.GetAsync(new Uri(url), Cancel);
        // The checks in order: etcd lists them as its map has them.
        var lines = (await answer.Content.ReadAsStringAsync(Cancel)).Split('\n').Order(StringComparer.Ordinal);
        return $"{(int)answer.StatusCode} {answer.Content.Headers.ContentType} {string.Join('\n', lines)}";
    }
}
