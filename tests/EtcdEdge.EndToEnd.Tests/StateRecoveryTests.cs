using EtcdEdge.Testing;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

// Goal: a member whose files rotted is made whole by the others, under its own id and without losing what it acknowledged; one that may have
// forgotten a vote is not. Method: the published binary, bytes of its files changed while it is down, equal HashKV at the end.
public sealed class StateRecoveryTests
{
    private const int Page = 4096;

    [Fact]
    public async Task A_member_without_a_usable_checkpoint_gets_the_state_of_another()
    {
        await using var cluster = new TestCluster(3);
        await cluster.StartAsync();
        var (lost, before) = await WriteAndKillAsync(cluster, valueBytes: 200_000, checkpoints: 2);
        foreach (var file in Directory.EnumerateFiles(SnapshotsOf(lost), "checkpoint-?"))
        {
            Flip(file, new FileInfo(file).Length / 2);
        }

        await cluster.CtlAsync("put", "while", "away");
        lost.Start();
        await IsWholeAsync(cluster, lost, before);
        Assert.Contains(lost.Log, line => line.Contains("a checkpoint is damaged and set aside", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_hole_in_the_log_is_filled_by_the_state_of_another_which_may_come_up_later()
    {
        await using var cluster = new TestCluster(3);
        await cluster.StartAsync();
        var (lost, before) = await WriteAndKillAsync(cluster, valueBytes: 3000, checkpoints: 0);
        var others = cluster.Members.Where(member => member != lost).ToArray();
        await Task.WhenAll(others.Select(member => member.StopAsync()));
        Flip(SegmentOf(lost), 20 * Page);
        lost.Start();
        await TestCluster.EventuallySaysAsync(lost, "asking the other members");
        Assert.False(lost.HasExited);
        foreach (var member in others)
        {
            member.Start();
        }

        await IsWholeAsync(cluster, lost, before);
        // The hole is still in the log; the state that came covers it.
        await lost.KillAsync();
        lost.Start();
        await IsWholeAsync(cluster, lost, before, "a checkpoint holds everything");
    }

    [Theory]
    [InlineData("a hole in the log")]
    [InlineData("no checkpoint")]
    public async Task The_others_are_found_by_what_the_files_still_tell_of_them(string damage)
    {
        await using var cluster = new TestCluster(3);
        await cluster.StartAsync();
        var isLog = damage == "a hole in the log";
        var (lost, before) = await WriteAndKillAsync(cluster, valueBytes: isLog ? 3000 : 200_000, checkpoints: isLog ? 0 : 2);
        if (isLog)
        {
            Flip(SegmentOf(lost), 20 * Page);
        }
        else
        {
            foreach (var file in Directory.EnumerateFiles(SnapshotsOf(lost), "checkpoint-?"))
            {
                Flip(file, new FileInfo(file).Length / 2);
            }
        }
        // Without --initial-cluster the flags name this member alone.
        var name = $"m{cluster.Members.ToList().IndexOf(lost) + 1}";
        await using var alone = new Daemon(Binaries.Server, lost.DataDirectory, [$"--name={name}", $"--initial-cluster={name}={lost.PeerUrl}"])
        {
            ClientPort = lost.ClientPort,
            PeerPort = lost.PeerPort,
        };
        alone.Start();
        await TestCluster.EventuallySaysAsync(alone, "this member has another member's state");
        await alone.WaitReadyAsync();
        Assert.Equal("k0", (await new EtcdCtl("3.5", alone).LinesAsync("get", "k0", "--keys-only"))[0]);
        Assert.Contains(before.ToString("x"), await new EtcdCtl("3.5", alone).RunAsync("endpoint", "status"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_whose_last_group_rotted_may_have_forgotten_a_vote_and_is_refused()
    {
        await using var cluster = new TestCluster(3);
        await cluster.StartAsync();
        var (lost, _) = await WriteAndKillAsync(cluster, valueBytes: 3000, checkpoints: 0);
        Flip(SegmentOf(lost), LastGroupOf(SegmentOf(lost)));
        lost.Start();
        Assert.True(await lost.WaitForExitAsync(TimeSpan.FromSeconds(30)), "it ends");
        Assert.Equal(1, lost.ExitCode);
        Assert.Contains(lost.Log, line => line.Contains("etcdctl member remove", StringComparison.Ordinal));
    }

    /// <summary>A follower that let go of what its log has before its checkpoints, killed, and its id.</summary>
    private static async Task<(Daemon Lost, ulong Id)> WriteAndKillAsync(TestCluster cluster, int valueBytes, int checkpoints)
    {
        var at = (await cluster.LeaderAsync() + 1) % 3;
        await cluster.PutManyAsync(at, 0, 60, valueBytes);
        for (var round = 1; round <= checkpoints; round++)
        {
            Assert.Equal(0, (await cluster.TryCtlAsync(at, "defrag")).ExitCode);
            await cluster.PutManyAsync(at, 60 * round, 60, valueBytes);
        }

        var id = (await cluster.StatusAsync(at))!.Header.MemberId;
        await cluster[at].KillAsync();
        return (cluster[at], id);
    }

    private static async Task IsWholeAsync(TestCluster cluster, Daemon member, ulong id, string line = "this member has another member's state")
    {
        await member.WaitReadyAsync();
        await TestCluster.EventuallySaysAsync(member, line);
        var at = cluster.Members.ToList().IndexOf(member);
        await cluster.EventuallyPutsAsync(at, "after", "1");
        await cluster.IsLevelAsync(at);
        Assert.Equal(id, (await cluster.StatusAsync(at))!.Header.MemberId);
    }

    private static string SnapshotsOf(Daemon member) => Path.Combine(member.DataDirectory, "member/snap");

    private static string SegmentOf(Daemon member) => Directory.EnumerateFiles(Path.Combine(member.DataDirectory, "member/wal"), "*.seg").Order()
        .First();

    private static void Flip(string path, long at)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = at + 100;
        var old = file.ReadByte();
        file.Position = at + 100;
        file.WriteByte((byte)~old);
    }

    private static long LastGroupOf(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var at = bytes.AsSpan().LastIndexOfAnyExcept((byte)0);
        return at / Page * Page;
    }
}
