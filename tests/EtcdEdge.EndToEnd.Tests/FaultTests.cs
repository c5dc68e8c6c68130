using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using EtcdEdge.Testing;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

// Goal: any minority may die, be cut off or have its card stall; what was acknowledged stays and no read is stale. Method: the published binary,
// SIGKILL, pulled cables between network namespaces, flushes delayed by strace; an independent record of what was acknowledged.
public sealed partial class FaultTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Writes_go_on_when_the_leader_is_killed_and_nothing_is_lost_when_all_are()
    {
        await using var cluster = new TestCluster(3);
        await cluster.StartAsync();
        var record = new ClusterRecord(cluster.Members);
        record.Start();
        for (var kill = 0; kill < 3; kill++)
        {
            await record.GoesOnAsync(20);
            var leader = await cluster.LeaderAsync();
            await cluster[leader].KillAsync();
            await record.GoesOnAsync(20);
            await cluster[leader].StartAsync();
        }

        await Task.WhenAll(cluster.Members.Select(member => member.KillAsync()));
        await cluster.StartAsync();
        await record.GoesOnAsync(20);
        await record.StopAsync();
        await record.CheckAsync();
    }

    [Fact]
    public async Task A_rolling_restart_of_five_fails_no_write_and_no_read()
    {
        await using var cluster = new TestCluster(5);
        await cluster.StartAsync();
        var record = new ClusterRecord(cluster.Members);
        record.Start();
        foreach (var member in cluster.Members)
        {
            await record.GoesOnAsync(20);
            await member.StopAsync();
            await record.GoesOnAsync(10);
            await member.StartAsync();
        }

        await record.StopAsync();
        await record.CheckAsync();
    }

    [Fact]
    public async Task A_leader_that_is_stopped_hands_over_before_it_ends()
    {
        await using var cluster = new TestCluster(3);
        await cluster.StartAsync();
        var record = new ClusterRecord(cluster.Members);
        record.Start();
        for (var stop = 0; stop < 3; stop++)
        {
            await record.GoesOnAsync(20);
            var leader = await cluster.LeaderAsync();
            var term = (await cluster.StatusAsync(leader))!.RaftTerm;
            await cluster[leader].StopAsync();
            Assert.Equal(0, cluster[leader].ExitCode);
            // It has seen its successor, so nobody waited for an election timeout; and that one needed one election.
            Assert.Contains(cluster[leader].Log, line => line.Contains("leadership transfer finished", StringComparison.Ordinal));
            Assert.Equal(term + 1, (await cluster.StatusAsync(await cluster.LeaderAsync()))!.RaftTerm);
            await record.GoesOnAsync(20);
            await cluster[leader].StartAsync();
        }

        await record.StopAsync();
        await record.CheckAsync();
    }

    [Fact]
    public async Task A_leader_without_anybody_to_hand_over_to_ends_all_the_same()
    {
        await using var cluster = new TestCluster(3);
        await cluster.StartAsync();
        var leader = await cluster.LeaderAsync();
        cluster[(leader + 1) % 3].Freeze();
        cluster[(leader + 2) % 3].Freeze();
        await cluster[leader].StopAsync();
        Assert.Equal(0, cluster[leader].ExitCode);
        Assert.DoesNotContain(cluster[leader].Log, line => line.Contains("leadership transfer finished", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_member_that_waits_for_a_quorum_stops_when_it_is_asked_to()
    {
        // Its own request for its name waits for a leader for 105 s here; the stop must not.
        await using var cluster = new TestCluster(3, ["--heartbeat-interval=5000", "--election-timeout=50000"]);
        cluster[0].Start();
        await TestCluster.EventuallySaysAsync(cluster[0], "ready to serve client requests");
        await cluster[0].StopAsync();
        Assert.Equal(0, cluster[0].ExitCode);
    }

    [Fact]
    public async Task A_leader_that_is_cut_off_steps_down_and_what_it_could_not_commit_vanishes()
    {
        await using var network = await TestNetwork.CreateAsync(3);
        await using var cluster = new TestCluster(3, network: network);
        await cluster.StartAsync();
        var old = await cluster.LeaderAsync();
        await cluster.CtlAsync("put", "key", "before");
        await network.CutAsync(old);
        var lost = CtlAtAsync(network, cluster, old, "put", "lost", "never acknowledged");
        await TestCluster.EventuallyAsync(async () => await LeaderOfTheOthersAsync(cluster, old) is not null, "the majority elects no leader");
        var leader = (await LeaderOfTheOthersAsync(cluster, old)).GetValueOrDefault();
        await cluster.EventuallyPutsAsync(leader, "key", "after");

        var stale = await CtlAtAsync(network, cluster, old, "get", "key");
        Assert.NotEqual(0, stale.ExitCode);
        Assert.Contains("etcdserver: request timed out", stale.Error, StringComparison.Ordinal);
        Assert.Contains("etcdserver: request timed out", (await lost).Error, StringComparison.Ordinal);
        Assert.Equal("key\nbefore\n", (await CtlAtAsync(network, cluster, old, "get", "key", "--consistency=s")).Output);
        Assert.DoesNotContain("\"leader\":", (await CtlAtAsync(network, cluster, old, "endpoint", "status", "-w=json")).Output,
            StringComparison.Ordinal);

        await network.HealAsync(old);
        await TestCluster.EventuallyAsync(async () => (await cluster.TryCtlAsync(old, "get", "key")).Output == "key\nafter\n",
            "the old leader does not come back");
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("", (await cluster.TryCtlAsync(i, "get", "lost")).Output);
        }
    }

    [Fact]
    public async Task A_leader_whose_card_stalls_stays_in_office_and_commits_through_the_others()
    {
        await using var cluster = new TestCluster(3);
        await cluster.StartAsync();
        await cluster.CtlAsync("put", "key", "0");
        var leader = await cluster.LeaderAsync();
        var term = (await cluster.StatusAsync(leader))!.RaftTerm;
        using var strace = await StallFlushesAsync(cluster[leader]);
        for (var n = 1; n <= 20; n++)
        {
            await cluster.PutAsync(leader, "key", $"{n}");
        }

        Assert.True(IsStalled(cluster[leader]), "the stall was over before the writes: this shows nothing");
        await strace.WaitForExitAsync(Cancel);
        var status = (await cluster.StatusAsync(leader))!;
        Assert.Equal(term, status.RaftTerm);
        Assert.Equal(status.Header.MemberId, status.Leader);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("key\n20\n", (await cluster.TryCtlAsync(i, "get", "key")).Output);
        }
    }

    [Fact]
    public async Task Leases_live_on_when_the_leader_is_killed()
    {
        await using var cluster = new TestCluster(3);
        await cluster.StartAsync();
        var leader = await cluster.LeaderAsync();
        var follower = (leader + 1) % 3;
        var lease = await cluster.GrantAsync(follower, 60, "leased");
        await TestCluster.EventuallyAsync(async () => await RemainingAsync(cluster, follower, lease) is > 0 and <= 52, "the lease does not run");
        await cluster[leader].KillAsync();

        // Nobody could renew it while there was no leader, so the new one begins it anew.
        await TestCluster.EventuallyAsync(async () => await RemainingAsync(cluster, follower, lease) is > 52 and <= 62,
            "the lease was not begun anew");
        await cluster.EventuallyPutsAsync(follower, "after", "1");
        Assert.Equal("leased\n1\n", (await cluster.TryCtlAsync(follower, "get", "leased")).Output);
    }

    /// <summary>Seconds, or 0 when nobody tells.</summary>
    private static async Task<long> RemainingAsync(TestCluster cluster, int member, string lease)
    {
        var told = Remaining().Match((await cluster.TryCtlAsync(member, "lease", "timetolive", lease)).Output);
        return told.Success ? long.Parse(told.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
    }

    [GeneratedRegex(@"remaining\((\d+)s\)")]
    private static partial Regex Remaining();

    /// <summary>etcdctl on the machine of a member, which reaches that member whatever was cut.</summary>
    private static Task<Command> CtlAtAsync(TestNetwork network, TestCluster cluster, int index, params string[] arguments)
    {
        string[] command = [.. network.At(index), Binaries.EtcdCtl("3.5"), $"--endpoints={cluster[index].Host}:{cluster[index].ClientPort}",
            "--command-timeout=40s"];
        return Command.RunAsync(command[0], [.. command[1..], .. arguments]);
    }

    private static async Task<int?> LeaderOfTheOthersAsync(TestCluster cluster, int old)
    {
        for (var i = 0; i < cluster.Members.Count; i++)
        {
            if (i != old && await cluster.StatusAsync(i) is { } status && status.Leader == status.Header.MemberId)
            {
                return i;
            }
        }

        return null;
    }

    private static Task EventuallyPutsAsync(TestCluster cluster, int index, string key, string value) =>
        TestCluster.EventuallyAsync(async () => (await cluster.TryCtlAsync(index, "--command-timeout=20s", "put", key, value)).ExitCode == 0,
            "no write is taken");

    /// <summary>The next flush of each of its threads takes twenty seconds; returns once strace is attached. It ends by itself after them.</summary>
    private static async Task<Process> StallFlushesAsync(Daemon daemon)
    {
        string[] arguments =
        [
            "--signal=INT", "25", "strace", "-f", "-p", $"{daemon.Pid}", "-o", "/dev/null", "-e", "trace=fdatasync",
            "-e", "inject=fdatasync:delay_enter=20000000:when=1",
        ];
        var strace = Process.Start(new ProcessStartInfo("timeout", arguments) { RedirectStandardError = true })!;
        await TestCluster.EventuallyAsync(() => Task.FromResult(IsTraced(daemon)), "strace does not attach");
        return strace;
    }

    private static bool IsTraced(Daemon daemon) =>
        Directory.GetDirectories($"/proc/{daemon.Pid}/task")
            .All(task => !File.ReadAllText(Path.Combine(task, "status")).Contains("TracerPid:\t0\n", StringComparison.Ordinal));

    /// <summary>Whether the thread of the disk is held by strace: "t" is a tracing stop, and it is in no system call then.</summary>
    private static bool IsStalled(Daemon daemon) =>
        Directory.GetDirectories($"/proc/{daemon.Pid}/task").Any(task =>
            File.ReadAllText(Path.Combine(task, "comm")).StartsWith("disk", StringComparison.Ordinal)
            && File.ReadAllText(Path.Combine(task, "stat")).Contains(") t ", StringComparison.Ordinal));
}
