using System.Globalization;
using System.Text.RegularExpressions;
using EtcdEdge.Api;
using EtcdEdge.Differential;
using EtcdEdge.Testing;
using Grpc.Core;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

// Goal: members come, learn, vote, move and go as with etcd. Method: the published binary, real etcdctl, etcd's error texts.
public sealed partial class MembershipTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_member_is_added_as_a_learner_promoted_updated_and_removed()
    {
        await using var cluster = new TestCluster(1);
        await cluster.StartAsync();
        await cluster.PutAsync(0, "before", "1");
        var (id, joiner) = await cluster.InviteAsync("m2", "--learner");
        joiner.Start();
        await TestCluster.EventuallyAsync(async () => await cluster.StatusAsync(1) is { IsLearner: true }, "the learner does not serve its status");
        Assert.Equal("before\n1\n", (await cluster.TryCtlAsync(1, "get", "before", "--consistency=s")).Output);
        Assert.Contains("rpc not supported for learner", (await cluster.TryCtlAsync(1, "put", "a", "b")).Error, StringComparison.Ordinal);
        Assert.Contains("too many learner members in cluster",
            (await cluster.TryCtlAsync(0, "member", "add", "m3", "--learner", TestCluster.PeerUrls(Ports.Free()))).Error,
            StringComparison.Ordinal);
        await TestCluster.EventuallyAsync(async () => (await cluster.TryCtlAsync(0, "member", "promote", id)).ExitCode == 0,
            "the learner never came in sync");
        Assert.Contains("can only promote a learner member", (await cluster.TryCtlAsync(0, "member", "promote", id)).Error, StringComparison.Ordinal);
        await joiner.WaitReadyAsync();
        Assert.Equal(0, (await cluster.TryCtlAsync(1, "put", "a", "b")).ExitCode);
        Assert.Contains("member not found", (await cluster.TryCtlAsync(1, "member", "remove", "1234")).Error, StringComparison.Ordinal);
        Assert.Equal(0, (await cluster.TryCtlAsync(1, "member", "update", id, TestCluster.PeerUrls(joiner.PeerPort))).ExitCode);
        await TestCluster.EventuallyAsync(async () => (await cluster.TryCtlAsync(0, "member", "remove", id)).ExitCode == 0,
            "the cluster stays unhealthy");
        Assert.True(await joiner.WaitForExitAsync(TimeSpan.FromSeconds(20)), "a removed member goes on");
        Assert.Equal(0, joiner.ExitCode);
        Assert.Contains(joiner.Log, line => line.Contains("the member has been permanently removed from the cluster", StringComparison.Ordinal));
        Assert.Equal("a\nb\n", (await cluster.TryCtlAsync(0, "get", "a")).Output);
        joiner.Start();
        Assert.True(await joiner.WaitForExitAsync(TimeSpan.FromSeconds(30)), "a removed member that is started again goes on");
    }

    [Fact]
    public async Task A_learner_answers_and_refuses_what_etcds_learner_does() =>
        Assert.Equal(await LearnerTellsAsync(Binaries.Etcd), await LearnerTellsAsync(Binaries.Server));

    [Fact]
    public async Task Leadership_moves_and_leases_are_renewed_by_any_member()
    {
        await using var cluster = new TestCluster(3);
        await cluster.StartAsync();
        var leader = await cluster.LeaderAsync();
        var target = (leader + 1) % 3;
        var lease = await cluster.GrantAsync(target, 60, "leased");
        Assert.Contains("keepalived with TTL(60)", (await cluster.TryCtlAsync(target, "lease", "keep-alive", "--once", lease)).Output,
            StringComparison.Ordinal);
        Assert.Contains("granted with TTL(60s)", (await cluster.TryCtlAsync(target, "lease", "timetolive", lease)).Output, StringComparison.Ordinal);
        var id = (await cluster.StatusAsync(target))!.Header.MemberId.ToString("x", CultureInfo.InvariantCulture);
        Assert.Contains("Leadership transferred", await cluster.CtlAsync("move-leader", id), StringComparison.Ordinal);
        Assert.Equal(target, await cluster.LeaderAsync());
        await using var session = new Session(cluster[leader].ClientUrl);
        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
            await session.Maintenance.MoveLeaderAsync(new MoveLeaderRequest { TargetID = 1 }, cancellationToken: Cancel));
        Assert.Equal("etcdserver: not leader", refused.Status.Detail);
        Assert.Contains("keepalived with TTL(60)", (await cluster.TryCtlAsync(leader, "lease", "keep-alive", "--once", lease)).Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_without_its_data_is_refused_its_old_identity_and_can_be_replaced()
    {
        await using var cluster = new TestCluster(3);
        await cluster.StartAsync();
        await cluster.PutAsync(0, "kept", "1");
        await cluster[2].KillAsync();
        Directory.Delete(cluster[2].DataDirectory, recursive: true);
        cluster[2].Start();
        Assert.True(await cluster[2].WaitForExitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(1, cluster[2].ExitCode);
        Assert.Contains(cluster[2].Log, line => line.Contains("has already been bootstrapped", StringComparison.Ordinal));
        var gone = Regex.Match(await cluster.CtlAsync("member", "list"), "([0-9a-f]+), started, m3").Groups[1].Value;
        await cluster.CtlAsync("member", "remove", gone);
        var (_, joiner) = await cluster.InviteAsync("m3");
        await joiner.StartAsync();
        Assert.Equal("kept\n1\n", (await cluster.TryCtlAsync(3, "get", "kept")).Output);
    }

    [Fact]
    public async Task A_member_of_another_cluster_is_refused_on_both_sides()
    {
        const string Line = "check --initial-cluster and --initial-cluster-token, and that no data directory is from another cluster";
        await using var cluster = new TestCluster(3, flagsOf: new() { [2] = ["--initial-cluster-token=another"] });
        cluster[0].Start();
        cluster[1].Start();
        cluster[2].Start();
        await Task.WhenAll(cluster[0].WaitReadyAsync(), cluster[1].WaitReadyAsync());
        await TestCluster.EventuallySaysAsync(cluster[0], "refused a peer", "cluster ID mismatch", Line);
        await TestCluster.EventuallySaysAsync(cluster[2], "a peer refused this member", "cluster ID mismatch", Line);
    }

    [Fact]
    public async Task A_member_that_answers_at_another_ones_URL_is_told_from_it_on_both_sides()
    {
        await using var cluster = new TestCluster(3);
        await cluster.StartAsync();
        await cluster[1].KillAsync();
        await cluster[2].KillAsync();
        await using var misplaced = new Daemon(Binaries.Server, cluster[1].DataDirectory, ["--name=m2"]) { PeerPort = cluster[2].PeerPort };
        misplaced.Start();
        await TestCluster.EventuallySaysAsync(cluster[0], "a peer refused this member", "this URL belongs to member", "check the members' peer URLs");
        await TestCluster.EventuallySaysAsync(misplaced, "refused a peer", "this URL belongs to member", "check the members' peer URLs");
    }

    [Fact]
    public async Task A_removed_member_leaves_as_soon_as_the_others_hold_its_removal()
    {
        await using var cluster = new TestCluster(3);
        await cluster.StartAsync();
        var leader = await cluster.LeaderAsync();
        var id = (await cluster.StatusAsync(leader))!.Header.MemberId.ToString("x", CultureInfo.InvariantCulture);
        var other = (leader + 1) % 3;
        await TestCluster.EventuallyAsync(async () => (await cluster.TryCtlAsync(other, "member", "remove", id)).ExitCode == 0,
            "the cluster stays unhealthy");
        // Far less than it waits when a majority says nothing (30 s).
        Assert.True(await cluster[leader].WaitForExitAsync(TimeSpan.FromSeconds(20)), "a removed leader goes on");
        Assert.Equal(0, cluster[leader].ExitCode);
        await cluster.EventuallyPutsAsync(other, "after", "1");
    }

    [Fact]
    public async Task A_joiner_that_is_not_expected_is_told_why()
    {
        await using var cluster = new TestCluster(1);
        await cluster.StartAsync();
        var port = Ports.Free();
        var uninvited = cluster.Add("m2", port, $"m1=http://127.0.0.1:{cluster[0].PeerPort},m2=http://127.0.0.1:{port}");
        uninvited.Start();
        Assert.True(await uninvited.WaitForExitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains(uninvited.Log, line => line.Contains("member count is unequal", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_left_of_a_cluster_goes_on_alone_when_it_is_forced_to()
    {
        await using var cluster = new TestCluster(3);
        await cluster.StartAsync();
        await cluster.PutAsync(0, "kept", "1");
        await Task.WhenAll(cluster.Members.Select(member => member.KillAsync()));
        await using var alone = new Daemon(Binaries.Server, cluster[0].DataDirectory, ["--name=m1", "--force-new-cluster"])
        {
            PeerPort = cluster[0]
            .PeerPort
        };
        await alone.StartAsync();
        Assert.Single(await new EtcdCtl("3.5", alone).LinesAsync("member", "list"));
        Assert.Equal(["kept", "1"], await new EtcdCtl("3.5", alone).LinesAsync("get", "kept"));
    }

    /// <summary>Each command at a learner with its exit code, and what it prints or why not.</summary>
    private static async Task<string[]> LearnerTellsAsync(string binary)
    {
        string[][] commands =
        [
            ["get", "k", "--consistency=s"], ["get", "k"], ["put", "k", "w"], ["del", "k"], ["compaction", "1"], ["lease", "grant", "60"],
                ["lease", "list"],
            ["lease", "timetolive", "1234"], ["member", "list"], ["member", "remove", "1234"], ["move-leader", "1234"],
            ["alarm", "list"], ["defrag"], ["user", "list"], ["auth", "status"], ["endpoint", "hashkv"], ["endpoint", "health"],
        ];
        await using var cluster = new TestCluster(1, binary: binary);
        await cluster.StartAsync();
        await cluster.PutAsync(0, "k", "v");
        var (_, learner) = await cluster.InviteAsync("m2", "--learner");
        learner.Start();
        await TestCluster.EventuallyAsync(
            async () => (await cluster.TryCtlAsync(1, "get", "k", "--consistency=s")).Output == "k\nv\n", "the learner has nothing");
        var told = new List<string>();
        foreach (var command in commands)
        {
            var done = await cluster.TryCtlAsync(1, command);
            var text = done.Output + string.Join('\n', done.Error.Split('\n').Where(line => !line.StartsWith('{')));
            told.Add($"{string.Join(' ', command)}: {done.ExitCode} {Changing().Replace(text, "")}");
        }

        await using var session = new Session(cluster[1].ClientUrl);
        using var watch = session.Watch.Watch(deadline: DateTime.UtcNow.AddSeconds(20), cancellationToken: Cancel);
        told.Add("watch: " + (await Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.MoveNext(Cancel))).Status.Detail);
        return [.. told];
    }

    /// <summary>Addresses, durations and hashes.</summary>
    [GeneratedRegex(@"http://[0-9.:]+|\d+(\.\d+)?(µs|ms|s)\b|, \d+\n")]
    private static partial Regex Changing();
}
