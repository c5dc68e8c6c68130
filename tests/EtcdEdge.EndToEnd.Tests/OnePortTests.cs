using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using EtcdEdge.Testing;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

// Goal: operators' tools find on the client port and on stderr what they find at etcd's.
public sealed class OnePortTests
{
    [Fact]
    public async Task HTTP_1_and_gRPC_are_answered_on_the_same_port()
    {
        await using var daemon = new Daemon(Binaries.Server);
        await daemon.StartAsync();
        var health = await Command.OutputOfAsync("curl", "-sS", "--http1.1", daemon.ClientUrl + "/health");
        Assert.Equal("""{"health":"true","reason":""}""", health.Trim());
        var version = await Command.OutputOfAsync("curl", "-sS", "--http1.1", daemon.ClientUrl + "/version");
        Assert.StartsWith("{\"etcdserver\":\"", version, StringComparison.Ordinal);
        string[] post =
        [
            "-sS", "--http2-prior-knowledge", "-D", "-", "-o", "/dev/null", "--data-binary", "@-", "-H", "content-type: application/grpc",
            "-H", "te: trailers", daemon.ClientUrl + "/etcdserverpb.Maintenance/Status",
        ];
        var answer = await Command.RunAsync("curl", post, "\0\0\0\0\0");
        Assert.Contains("grpc-status: 0", answer.Output, StringComparison.OrdinalIgnoreCase);
    }

    // Under TLS, where etcd too has one port for both.
    [Fact]
    public async Task Who_answers_an_HTTP_2_request_is_told_by_its_content_type_as_in_etcd()
    {
        using var ca = new TestCa();
        var (cert, key) = ca.Issue("server");
        var tellings = new List<string>();
        foreach (var binary in (string[])[Binaries.Etcd, Binaries.Server])
        {
            await using var daemon = new Daemon(binary, flags: [$"--cert-file={cert}", $"--key-file={key}"]) { Scheme = "https" };
            await daemon.StartAsync();
            var told = from path in (string[])["etcdserverpb.Maintenance/Status", "nothing"]
                       from type in (string[])["", "+proto", ";charset=x", "foo", "-web"]
                       select StatusesAsync(ca, $"{daemon.ClientUrl}/{path}", "application/grpc" + type);
            tellings.Add(string.Join('\n', await Task.WhenAll(told)));
        }

        Assert.Equal(tellings[0], tellings[1]);
        Assert.Contains("Status application/grpc+proto: 200 0", tellings[1], StringComparison.Ordinal);
        Assert.Contains("Status application/grpcfoo: 415", tellings[1], StringComparison.Ordinal);
        Assert.Contains("nothing application/grpc: 200 12", tellings[1], StringComparison.Ordinal);
    }

    /// <summary>HTTP's and, where HTTP has none, gRPC's status of an empty message.</summary>
    private static async Task<string> StatusesAsync(TestCa ca, string url, string contentType)
    {
        string[] post =
        [
            "-sS", "--http2", "--cacert", ca.CaFile, "-D", "-", "-o", "/dev/null", "--data-binary", "@-", "-H", "content-type: " + contentType, "-H",
                "te: trailers", url,
        ];
        var answer = (await Command.RunAsync("curl", post, "\0\0\0\0\0")).Output;
        var status = Regex.Match(answer, @"HTTP/2 (\d+)").Groups[1].Value;
        return $"{url.Split('/')[^1]} {contentType}: {status} {(status == "200" ? Regex.Match(answer, @"grpc-status: (\d+)").Groups[1].Value : "")}";
    }

    [Theory]
    [InlineData("/livez", "ok")]
    [InlineData("/readyz", "ok")]
    [InlineData("/readyz?verbose", "[+]linearizable_read ok")]
    [InlineData("/livez/serializable_read", "ok")]
    [InlineData("/metrics", "etcd_server_has_leader 1")]
    [InlineData("/metrics", "etcd_disk_wal_fsync_duration_seconds_bucket")]
    public async Task The_operators_paths_answer(string path, string expected)
    {
        await using var daemon = new Daemon(Binaries.Server);
        await daemon.StartAsync();
        using var client = new HttpClient();
        var answer = await client.GetAsync(new Uri(daemon.ClientUrl + path), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains(expected, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ready to serve client requests")]
    [InlineData("published")]
    public async Task The_log_is_JSON_and_says_the_words_that_tools_wait_for(string words)
    {
        await using var daemon = new Daemon(Binaries.Server);
        await daemon.StartAsync();
        await daemon.StopAsync();
        Assert.Contains(daemon.Log, line => line.Contains(words, StringComparison.Ordinal));
        foreach (var line in daemon.Log)
        {
            using var json = JsonDocument.Parse(line);
            Assert.All(["level", "ts", "msg"], name => Assert.True(json.RootElement.TryGetProperty(name, out _), $"no {name} in {line}"));
        }
    }
}
