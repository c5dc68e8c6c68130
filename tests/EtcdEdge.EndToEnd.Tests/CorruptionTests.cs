using EtcdEdge.Api;
using EtcdEdge.Testing;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

// Goal: a member whose data differs is found at its start, by the leader in time, and at a compaction; then no member takes writes any more. Method:
// three members restored from snapshots of the same revision, one of them of a store with another value; real etcdctl looks.
public sealed class CorruptionTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task A_diverged_member_refuses_to_start_when_it_has_others_to_compare_with()
    {
        await using var cluster = await DivergedAsync(odd: 2, flags: [], oddFlags: ["--experimental-initial-corrupt-check=true"]);
        cluster[0].Start();
        cluster[1].Start();
        await Task.WhenAll(cluster[0].WaitReadyAsync(), cluster[1].WaitReadyAsync());
        cluster[2].Start();
        Assert.True(await cluster[2].WaitForExitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal(1, cluster[2].ExitCode);
        Assert.Contains(cluster[2].Log, line => line.Contains("found different hash values from remote peer", StringComparison.Ordinal));
        Assert.Contains(cluster[2].Log, line => line.Contains("found data inconsistency with peers", StringComparison.Ordinal));
        // It said no to itself only.
        Assert.Equal(0, (await cluster.TryCtlAsync(0, "put", "k", "3")).ExitCode);
    }

    [Fact]
    public async Task Members_that_agree_start_with_the_initial_check_one_after_the_other_and_all_at_once()
    {
        await using var cluster = new TestCluster(3, ["--feature-gates=InitialCorruptCheck=true"]);
        await cluster.StartAsync();
        await cluster.CtlAsync("put", "k", "1");
        await cluster[1].StopAsync();
        await TestCluster.EventuallyAsync(async () => (await cluster.TryCtlAsync(0, "put", "k", "2")).ExitCode == 0, "two of three take no writes");
        await cluster[1].StartAsync();
        Assert.Contains(cluster[1].Log, line => line.Contains("initial corruption checking passed; no corruption", StringComparison.Ordinal));
        await Task.WhenAll(cluster.Members.Select(member => member.KillAsync()));
        await cluster.StartAsync();
        Assert.Contains("2", await cluster.CtlAsync("get", "k", "--print-value-only"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_leader_finds_the_odd_member_in_time_and_writes_end()
    {
        await using var cluster = await DivergedAsync(odd: 2, ["--corrupt-check-time=1s"]);
        // Whoever leads is believed, as by etcd: the odd member comes when one of the others does.
        cluster[0].Start();
        cluster[1].Start();
        await Task.WhenAll(cluster[0].WaitReadyAsync(), cluster[1].WaitReadyAsync());
        cluster[2].Start();
        await AlarmAsync(cluster, 2);
        await WritesAreRefusedAsync(cluster);
    }

    [Fact]
    public async Task A_compaction_shows_the_odd_member_even_when_it_leads()
    {
        await using var cluster = await DivergedAsync(odd: 2, ["--feature-gates=CompactHashCheck=true", "--compact-hash-check-time=1s"]);
        await cluster.StartAsync();
        await LeadsAsync(cluster, 2);
        await cluster.CtlAsync("compact", "2");
        await AlarmAsync(cluster, 2);
        await WritesAreRefusedAsync(cluster);
        await cluster.CtlAsync("alarm", "disarm");
        Assert.Equal(0, (await cluster.TryCtlAsync(0, "put", "k", "3")).ExitCode);
    }

    private static async Task LeadsAsync(TestCluster cluster, int member)
    {
        var id = await IdAsync(cluster, member);
        await TestCluster.EventuallyAsync(async () =>
        {
            if (await cluster.LeaderAsync() is var leader && leader != member)
            {
                await cluster.TryCtlAsync(leader, "move-leader", id);
            }

            return await cluster.LeaderAsync() == member;
        }, "it does not lead");
    }

    private static async Task AlarmAsync(TestCluster cluster, int odd)
    {
        StatusResponse? status = null;
        await TestCluster.EventuallyAsync(async () => (status = await cluster.StatusAsync(odd)) is not null, "it does not answer");
        var alarm = $"memberID:{status!.Header.MemberId} alarm:CORRUPT";
        await TestCluster.EventuallyAsync(
            async () => (await cluster.CtlAsync("alarm", "list")).Contains(alarm, StringComparison.Ordinal), "no alarm: "
                + string.Join('\n', cluster[odd].Log));
        Assert.Equal(alarm, (await cluster.CtlAsync("alarm", "list")).Trim());
    }

    private static async Task WritesAreRefusedAsync(TestCluster cluster)
    {
        using var http = new HttpClient();
        for (var member = 0; member < cluster.Members.Count; member++)
        {
            Assert.Contains("etcdserver: corrupt cluster", (await cluster.TryCtlAsync(member, "put", "k", "3")).Error, StringComparison.Ordinal);
            Assert.Equal(0, (await cluster.TryCtlAsync(member, "get", "k")).ExitCode);
            using var ready = await http.GetAsync(new Uri(cluster[member].ClientUrl + "/readyz?verbose"), TestContext.Current.CancellationToken);
            Assert.Equal(503, (int)ready.StatusCode);
            Assert.Contains("[-]data_corruption failed: alarm activated: CORRUPT",
                await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
    }

    private static async Task<string> IdAsync(TestCluster cluster, int member) =>
        (await cluster.StatusAsync(member))!.Header.MemberId.ToString("x", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>
    /// Three members that are not started, restored as one cluster; one of them from a store that holds "2" where the others hold "1".
    /// </summary>
    private async Task<TestCluster> DivergedAsync(int odd, string[] flags, string[]? oddFlags = null)
    {
        string right = await SnapshotAsync("1"), wrong = await SnapshotAsync("2");
        var cluster = new TestCluster(3, flags, flagsOf: oddFlags is null ? null : new() { [odd] = oddFlags });
        var initial = string.Join(',', cluster.Members.Select((member, i) => $"m{i + 1}=http://127.0.0.1:{member.PeerPort}"));
        for (var i = 0; i < 3; i++)
        {
            await Command.OutputOfAsync(Binaries.Server, "etcdutl", "snapshot", "restore", i == odd ? wrong : right, "--data-dir", cluster[i]
                .DataDirectory,
                "--name", $"m{i + 1}", "--initial-cluster", initial, "--initial-advertise-peer-urls", $"http://127.0.0.1:{cluster[i].PeerPort}");
        }

        return cluster;
    }

    private async Task<string> SnapshotAsync(string value)
    {
        var file = Path.Combine(_scratch.Path, $"{value}.db");
        await using var daemon = new Daemon(Binaries.Server);
        await daemon.StartAsync();
        var etcdctl = new EtcdCtl("3.5", daemon);
        await etcdctl.RunAsync("put", "k", value);
        await etcdctl.RunAsync("snapshot", "save", file);
        return file;
    }
}
