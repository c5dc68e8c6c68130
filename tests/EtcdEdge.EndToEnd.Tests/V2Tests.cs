using System.Net;
using EtcdEdge.Differential;
using EtcdEdge.Testing;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

// Goal: the v2 API of the published daemon: Debian's etcdctl 3.4 with ETCDCTL_API=2, a bounded slice of scripts/differential --v2, SIGKILL, and the
// flag.
public sealed class V2Tests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Random_requests_are_answered_as_etcd_3_4_answers_them(int seed)
    {
        var difference = await V2Trial.RunAsync(Binaries.Etcd34, Binaries.Server, seed, steps: 250, TestContext.Current.CancellationToken);
        Assert.True(difference is null, difference);
    }

    [Fact]
    public async Task Etcdctl_of_the_v2_api_works()
    {
        await using var daemon = new Daemon(Binaries.Server, flags: ["--enable-v2"]);
        await daemon.StartAsync();
        Assert.Equal("v1\n", await CtlAsync(daemon, "set", "/a/x", "v1"));
        Assert.Equal("v1\n", await CtlAsync(daemon, "get", "/a/x"));
        Assert.Equal("v2\n", await CtlAsync(daemon, "update", "/a/x", "v2"));
        Assert.Equal("v3\n", await CtlAsync(daemon, "mk", "/a/y", "v3"));
        await CtlAsync(daemon, "mkdir", "/d");
        await CtlAsync(daemon, "setdir", "/e");
        await CtlAsync(daemon, "updatedir", "/d", "--ttl", "100");
        Assert.Equal("/a\n/d\n/e\n", await CtlAsync(daemon, "ls", "--sort", "/"));
        Assert.Equal("/a\n/a/x\n/a/y\n/d\n/e\n", await CtlAsync(daemon, "ls", "--sort", "--recursive", "/"));
        Assert.Equal("PrevNode.Value: v3\n", await CtlAsync(daemon, "rm", "/a/y"));
        await CtlAsync(daemon, "rmdir", "/d");
        Assert.Contains("isLeader=true", await CtlAsync(daemon, "member", "list"), StringComparison.Ordinal);
        Assert.Contains("cluster is healthy", await CtlAsync(daemon, "cluster-health"), StringComparison.Ordinal);
        Assert.Equal("[set] /a/x\nv9\n", await WatchAsync(daemon, ["watch", "--recursive", "/a"]));
        Assert.Equal("v9", (await WatchAsync(daemon,
            ["exec-watch", "--recursive", "/a", "--", "sh", "-c", "printf %s \"$ETCD_WATCH_VALUE\"; kill -9 $PPID"])).Trim());
    }

    [Fact]
    public async Task Keys_survive_a_kill_and_end_by_their_ttl_and_are_not_served_without_the_flag()
    {
        using var client = new HttpClient();
        await using var daemon = new Daemon(Binaries.Server, flags: ["--enable-v2"]);
        await daemon.StartAsync();
        await PutAsync(client, daemon, "stays", "value=1");
        await PutAsync(client, daemon, "goes", "value=1&ttl=1");
        await daemon.KillAsync();
        await daemon.StartAsync();
        var cancel = TestContext.Current.CancellationToken;
        Assert.Contains("\"value\":\"1\"", await client.GetStringAsync($"{daemon.ClientUrl}/v2/keys/stays", cancel), StringComparison.Ordinal);
        var ended = await client.GetStringAsync($"{daemon.ClientUrl}/v2/keys/goes?wait=true&waitIndex=6", cancel);
        Assert.Contains("\"action\":\"expire\"", ended, StringComparison.Ordinal);

        await using var without = new Daemon(Binaries.Server);
        await without.StartAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"{without.ClientUrl}/v2/keys", cancel)).StatusCode);
    }

    private static async Task PutAsync(HttpClient client, Daemon daemon, string key, string form)
    {
        using var body = new StringContent(form, new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-www-form-urlencoded"));
        var response = await client.PutAsync($"{daemon.ClientUrl}/v2/keys/{key}", body, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    private static Task<string> CtlAsync(Daemon daemon, params string[] arguments) => Command.OutputOfAsync("env", CommandLine(daemon, arguments));

    private static string[] CommandLine(Daemon daemon, string[] arguments) =>
        ["ETCDCTL_API=2", Binaries.EtcdCtl("3.4"), $"--endpoints={daemon.ClientUrl}", .. arguments];

    /// <summary>Runs a watch, writes until it has heard of it, and returns what it printed.</summary>
    private static async Task<string> WatchAsync(Daemon daemon, string[] arguments)
    {
        var watching = Command.RunAsync("env", CommandLine(daemon, arguments));
        for (var i = 0; i < 100 && !watching.IsCompleted; i++)
        {
            await CtlAsync(daemon, "set", "/a/x", "v9");
            await Task.WhenAny(watching, Task.Delay(200, TestContext.Current.CancellationToken));
        }

        Assert.True(watching.IsCompleted, $"{string.Join(' ', arguments)} did not hear of 100 writes");
        return (await watching).Output;
    }
}
