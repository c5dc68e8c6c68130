using System.Net.Sockets;
using EtcdEdge.Api;
using EtcdEdge.Differential;
using EtcdEdge.Testing;
using Google.Protobuf;
using Grpc.Core;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

/// <summary>
/// Goal: who was removed answers nobody with what is old, whether the others can tell it so or not. Method: three members on the loopback, of
/// EtcdEdge and of etcd; one of those that remain stands still, so that no majority of them tells the removed one anything.
/// </summary>
public sealed class RemovalTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Binary => [Binaries.Server, Binaries.Etcd];

    [Theory]
    [MemberData(nameof(Binary))]
    public async Task A_removed_member_that_waits_for_the_others_serves_nobody(string binary)
    {
        await using var cluster = Of(binary);
        await cluster.StartAsync();
        await cluster.PutAsync(0, "kept", "1");
        var (asked, frozen, removed) = await RolesAsync(cluster);
        await using var session = new Session(cluster[removed].ClientUrl);
        using var watch = session.Watch.Watch(cancellationToken: Cancel);
        await watch.RequestStream.WriteAsync(new WatchRequest { CreateRequest = new() { Key = ByteString.CopyFromUtf8("kept") } }, Cancel);
        Assert.True(await watch.ResponseStream.MoveNext(Cancel));

        cluster[frozen].Freeze();
        await RemoveAsync(cluster, asked, removed);
        await Assert.ThrowsAsync<RpcException>(async () => await watch.ResponseStream.MoveNext(Cancel).WaitAsync(TimeSpan.FromSeconds(60), Cancel));
        await RefusesClientsAsync(cluster[removed]);
        if (binary == Binaries.Server)
        {
            // It goes on without them: its word and its vote may still be needed.
            await TestCluster.EventuallySaysAsync(cluster[removed], "it serves no clients any more");
            Assert.DoesNotContain(cluster[removed].Log, line => line.Contains("its data directory must be removed before", StringComparison.Ordinal));
        }

        cluster[frozen].Thaw();
        Assert.True(await cluster[removed].WaitForExitAsync(TimeSpan.FromSeconds(20)), "the others have told it, and it goes on");
        Assert.Equal(0, cluster[removed].ExitCode);
        await cluster.EventuallyPutsAsync(asked, "after", "1");
    }

    [Theory]
    [MemberData(nameof(Binary))]
    public async Task A_removed_member_that_is_started_again_alone_never_serves_anybody(string binary)
    {
        for (var attempt = 1; !await IsStartedAloneAsync(binary); attempt++)
        {
            Assert.True(attempt < 3, "it never hears of the removal's commit");
        }
    }

    /// <summary>False when it was turned away by the others before it heard that its removal is committed: alone it cannot know then.</summary>
    private static async Task<bool> IsStartedAloneAsync(string binary)
    {
        await using var cluster = Of(binary);
        await cluster.StartAsync();
        var (asked, frozen, removed) = await RolesAsync(cluster);
        cluster[frozen].Freeze();
        await RemoveAsync(cluster, asked, removed);
        await RefusesClientsAsync(cluster[removed]);
        if (binary == Binaries.Server && await IsMemberAsync(cluster[removed]))
        {
            return false;
        }

        foreach (var member in cluster.Members.Where(member => !member.HasExited))
        {
            await member.KillAsync();
        }

        cluster[removed].Start();
        await TestCluster.EventuallyAsync(
            () => Task.FromResult(cluster[removed].HasExited || Says(cluster[removed], "it serves no clients any more")),
                "it does not know of its removal");
        Assert.False(await ListensAsync(cluster[removed]), "its client URL is listened on");
        Assert.False(Says(cluster[removed], "ready to serve client requests"));
        cluster[asked].Start();
        cluster[frozen].Start();
        Assert.True(await cluster[removed].WaitForExitAsync(TimeSpan.FromSeconds(20)), "the others have told it, and it goes on");
        if (binary == Binaries.Server)
        {
            // etcd's is 1 where it cannot publish itself first.
            Assert.Equal(0, cluster[removed].ExitCode);
        }

        return true;
    }

    [Fact]
    public async Task A_member_whose_cluster_was_replaced_while_it_was_away_asks_those_that_initial_cluster_names()
    {
        await using var cluster = new TestCluster(3);
        await cluster.StartAsync();
        await cluster[2].KillAsync();
        await InsistAsync(cluster, 0, 2);
        var (_, fourth) = await cluster.InviteAsync("m4");
        await fourth.StartAsync();
        var (_, fifth) = await cluster.InviteAsync("m5");
        await fifth.StartAsync();
        await InsistAsync(cluster, 3, 0);
        await InsistAsync(cluster, 3, 1);
        Assert.True(await cluster[0].WaitForExitAsync(TimeSpan.FromSeconds(40)) && await cluster[1].WaitForExitAsync(TimeSpan.FromSeconds(40)),
            "they go on");

        var named = $"--initial-cluster=m3={cluster[2].PeerUrl},m4={fourth.PeerUrl},m5={fifth.PeerUrl}";
        await using var returned = new Daemon(Binaries.Server, cluster[2].DataDirectory, ["--name=m3", named]) { PeerPort = cluster[2].PeerPort };
        returned.Start();
        await TestCluster.EventuallySaysAsync(returned, "found a member that the data directory does not know by asking --initial-cluster");
        await TestCluster.EventuallySaysAsync(returned, "a peer refused this member", "has been permanently removed from the cluster");
        await TestCluster.EventuallySaysAsync(returned, "it serves no clients any more");
    }

    private static TestCluster Of(string binary) => new(3, ["--strict-reconfig-check=false"], binary: binary);

    /// <summary>The leader, which is asked, the follower that stands still, and the one that goes.</summary>
    private static async Task<(int Asked, int Frozen, int Removed)> RolesAsync(TestCluster cluster)
    {
        var leader = await cluster.LeaderAsync();
        return (leader, (leader + 1) % 3, (leader + 2) % 3);
    }

    /// <summary>Asks once: whoever has no quorum afterwards cannot answer.</summary>
    private static async Task RemoveAsync(TestCluster cluster, int asked, int removed) =>
        await cluster.TryCtlAsync(asked, "member", "remove", await IdAsync(cluster, asked, cluster[removed]));

    /// <summary>Asks until the cluster is healthy enough.</summary>
    private static async Task InsistAsync(TestCluster cluster, int asked, int removed)
    {
        var id = await IdAsync(cluster, asked, cluster[removed]);
        await TestCluster.EventuallyAsync(async () => (await cluster.TryCtlAsync(asked, "member", "remove", id)).ExitCode == 0,
            "the cluster stays unhealthy");
    }

    private static async Task<string> IdAsync(TestCluster cluster, int asked, Daemon member)
    {
        var list = await cluster.TryCtlAsync(asked, "member", "list");
        return list.Output.Split('\n').Single(line => line.Contains(member.PeerUrl, StringComparison.Ordinal)).Split(',')[0];
    }

    private static Task RefusesClientsAsync(Daemon member) =>
        TestCluster.EventuallyAsync(async () => !await ListensAsync(member), "a removed member serves clients");

    /// <summary>Whether a member counts itself among the members, by what it tells other members.</summary>
    private static async Task<bool> IsMemberAsync(Daemon member)
    {
        using var client = new HttpClient();
        return (await client.GetStringAsync(member.PeerUrl + "/members", Cancel)).Contains(member.PeerUrl, StringComparison.Ordinal);
    }

    private static async Task<bool> ListensAsync(Daemon member)
    {
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(member.Host, member.ClientPort, Cancel);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static bool Says(Daemon member, string words) => member.Log.Any(line => line.Contains(words, StringComparison.Ordinal));
}
