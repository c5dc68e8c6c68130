using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

// Goal: three daemons are one cluster to etcd's own tools. Method: the published binary on the loopback, real etcdctl.
public sealed class ClusterTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Three_daemons_found_a_cluster_that_etcdctl_uses_by_any_of_them()
    {
        await using var cluster = new TestCluster(3);
        await cluster.StartAsync();
        var status = await cluster.CtlAsync("endpoint", "status", "--cluster", "-w", "simple");
        Assert.Equal(3, status.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Single(status.Split('\n'), line => line.Contains(", true, false,", StringComparison.Ordinal));
        Assert.Equal(3, (await cluster.CtlAsync("member", "list")).Split("started").Length - 1);
        var leader = await cluster.LeaderAsync();
        var (one, other) = ((leader + 1) % 3, (leader + 2) % 3);
        Assert.Equal(0, (await cluster.TryCtlAsync(one, "put", "written", "at a follower")).ExitCode);
        Assert.Equal("written\nat a follower\n", (await cluster.TryCtlAsync(other, "get", "written")).Output);
        Assert.Equal("written\nat a follower\n", (await cluster.TryCtlAsync(leader, "get", "written")).Output);
        Assert.Equal(0, (await cluster.TryCtlAsync(one, "endpoint", "health", "--cluster")).ExitCode);
        using var client = new HttpClient();
        Assert.Contains("\"name\":\"m2\"", await client.GetStringAsync(new Uri($"http://127.0.0.1:{cluster[0].PeerPort}/members"), Cancel),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_that_was_acknowledged_is_there_after_all_members_were_killed()
    {
        await using var cluster = new TestCluster(3);
        await cluster.StartAsync();
        await cluster.PutManyAsync(1, 0, 50);
        await Task.WhenAll(cluster.Members.Select(member => member.KillAsync()));
        await cluster.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(50, await cluster.CountAsync(i));
        }
    }

    [Fact]
    public async Task Without_a_quorum_a_member_serves_what_needs_none_and_says_what_is_wrong()
    {
        await using var cluster = new TestCluster(3);
        await cluster.StartAsync();
        await cluster.PutAsync(0, "key0", "0");
        await cluster[1].KillAsync();
        await cluster[2].KillAsync();
        await TestCluster.EventuallyAsync(async () => await cluster.StatusAsync(0) is { Leader: 0 }, "a member without a quorum still sees a leader");
        Assert.Equal("key0\n0\n", (await cluster.TryCtlAsync(0, "get", "key0", "--consistency=s")).Output);
        Assert.Contains("etcdserver: no leader", (await cluster.StatusAsync(0))!.Errors);
        using var client = new HttpClient();
        Assert.Contains("RAFT NO LEADER", await (await client.GetAsync(new Uri(cluster[0].ClientUrl + "/health"), Cancel))
            .Content.ReadAsStringAsync(Cancel),
            StringComparison.Ordinal);
        var refused = await cluster.TryCtlAsync(0, "--command-timeout=30s", "put", "key", "value");
        Assert.Contains("etcdserver: request timed out", refused.Error, StringComparison.Ordinal);
        cluster[1].Start();
        await cluster[1].WaitReadyAsync();
        Assert.Equal(0, (await cluster.TryCtlAsync(0, "put", "key", "value")).ExitCode);
    }
}
