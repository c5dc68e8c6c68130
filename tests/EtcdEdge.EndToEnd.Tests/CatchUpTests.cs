using System.Globalization;
using EtcdEdge.Api;
using EtcdEdge.Differential;
using EtcdEdge.Testing;
using Google.Protobuf;
using Grpc.Core;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

// Goal: a member that the leader's log does not reach gets the whole state, and a kill on either side at any moment costs nothing. Method: the
// published binary with a very short log for laggards, megabytes of data, equal HashKV at the end.
public sealed class CatchUpTests
{
    private const int ValueBytes = 20_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string[] ShortLog => ["--snapshot-catchup-entries=5"];

    [Fact]
    public async Task A_member_that_was_away_for_longer_than_the_log_reaches_back_gets_the_state()
    {
        await using var cluster = new TestCluster(3, ShortLog);
        await cluster.StartAsync();
        var away = (await cluster.LeaderAsync() + 1) % 3;
        await cluster[away].StopAsync();
        await cluster.LogIsNotHeldAsync();
        var lease = await cluster.GrantAsync(await cluster.LeaderAsync(), 600, "leased");
        await PutAtLeaderAsync(cluster, 0, 200);
        await cluster.CtlAsync("user", "add", "root", "--new-user-password=secret");
        cluster[away].Start();
        await cluster.IsLevelAsync(away);
        Assert.Contains(cluster[away].Log, line => line.Contains("applied snapshot", StringComparison.Ordinal));
        Assert.Contains("leased", (await cluster.TryCtlAsync(away, "lease", "timetolive", lease, "--keys")).Output, StringComparison.Ordinal);
        Assert.Contains("root", (await cluster.TryCtlAsync(away, "user", "list")).Output, StringComparison.Ordinal);
        // What it got is its own: it comes back from it, and it can lead.
        await cluster[away].KillAsync();
        cluster[away].Start();
        await cluster.IsLevelAsync(away);
        var id = (await cluster.StatusAsync(away))!.Header.MemberId.ToString("x", CultureInfo.InvariantCulture);
        Assert.Contains("Leadership transferred", await cluster.CtlAsync("move-leader", id), StringComparison.Ordinal);
        Assert.Equal(0, (await cluster.TryCtlAsync(away, "put", "after", "1")).ExitCode);
    }

    [Fact]
    public async Task A_watch_on_a_member_that_gets_the_state_misses_nothing_and_sees_nothing_twice()
    {
        await using var cluster = new TestCluster(3, ShortLog);
        await cluster.StartAsync();
        var away = (await cluster.LeaderAsync() + 1) % 3;
        await using var session = new Session(cluster[away].ClientUrl);
        using var watch = session.Watch.Watch(cancellationToken: Cancel);
        await watch.RequestStream.WriteAsync(
            new WatchRequest { CreateRequest = new WatchCreateRequest { Key = Bytes("k"), RangeEnd = Bytes("l"), StartRevision = 1 } }, Cancel);
        // Frozen, not stopped: the stream outlives the state that is exchanged underneath it.
        cluster[away].Freeze();
        await cluster.LogIsNotHeldAsync();
        // More than is sent ahead to a member that says nothing.
        await PutAtLeaderAsync(cluster, 0, 150, valueBytes: 200_000);
        cluster[away].Thaw();
        var seen = new List<long>();
        while (seen.Count < 150 && await watch.ResponseStream.MoveNext(Cancel).WaitAsync(TimeSpan.FromSeconds(60), Cancel))
        {
            seen.AddRange(watch.ResponseStream.Current.Events.Select(watched => watched.Kv.ModRevision));
        }

        Assert.Equal(Enumerable.Range(2, 150).Select(revision => (long)revision), seen);
        Assert.Contains(cluster[away].Log, line => line.Contains("applied snapshot", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_new_member_joins_a_cluster_whose_log_is_gone()
    {
        await using var cluster = new TestCluster(1, ShortLog);
        await cluster.StartAsync();
        await PutAtLeaderAsync(cluster, 0, 300);
        var (_, joiner) = await cluster.InviteAsync("m2");
        await joiner.StartAsync();
        await cluster.IsLevelAsync(1);
        Assert.Contains(joiner.Log, line => line.Contains("applied snapshot", StringComparison.Ordinal));
        Assert.Equal(0, (await cluster.TryCtlAsync(1, "put", "after", "1")).ExitCode);
    }

    [Fact]
    public async Task Kills_of_receiver_and_sender_while_the_state_travels_cost_nothing()
    {
        await using var cluster = new TestCluster(3, ShortLog);
        await cluster.StartAsync();
        var random = new Random(5);
        var written = 0;
        for (var round = 0; round < 4; round++)
        {
            var leader = await cluster.LeaderAsync();
            var away = (leader + 1) % 3;
            await cluster[away].KillAsync();
            await cluster.LogIsNotHeldAsync();
            await PutAtLeaderAsync(cluster, written, 100, except: away);
            written += 100;
            cluster[away].Start();
            await Task.Delay(random.Next(100, 900), Cancel);
            var victim = round % 2 == 0 ? away : leader;
            await cluster[victim].KillAsync();
            cluster[victim].Start();
            await cluster.IsLevelAsync(away);
        }

        Assert.Equal(written, await cluster.CountAsync(0));
    }

    [Fact]
    public async Task A_member_whose_data_was_put_back_to_an_earlier_day_ends_with_one_line()
    {
        await using var cluster = new TestCluster(3);
        await cluster.StartAsync();
        var put = (await cluster.LeaderAsync() + 1) % 3;
        await cluster[put].KillAsync();
        var backup = cluster[put].DataDirectory + ".backup";
        await Command.OutputOfAsync("cp", "-r", cluster[put].DataDirectory, backup);
        cluster[put].Start();
        await PutAtLeaderAsync(cluster, 0, 20);
        await cluster.IsLevelAsync(put);
        await cluster[put].KillAsync();
        Directory.Delete(cluster[put].DataDirectory, recursive: true);
        Directory.Move(backup, cluster[put].DataDirectory);
        cluster[put].Start();
        Assert.True(await cluster[put].WaitForExitAsync(TimeSpan.FromSeconds(30)), "a member that forgot what it acknowledged goes on");
        Assert.Equal(1, cluster[put].ExitCode);
        Assert.Single(cluster[put].Log, line => line.Contains("remove it and add it anew", StringComparison.Ordinal));
        Assert.DoesNotContain(cluster[put].Log, line => line.TrimStart().StartsWith("at ", StringComparison.Ordinal));
    }

    private static ByteString Bytes(string text) => ByteString.CopyFromUtf8(text);

    /// <summary>At a leader that is another one than the member that is away.</summary>
    private static async Task PutAtLeaderAsync(TestCluster cluster, int first, int count, int except = -1, int valueBytes = ValueBytes)
    {
        var leader = await cluster.LeaderAsync();
        Assert.NotEqual(except, leader);
        await cluster.PutManyAsync(leader, first, count, valueBytes);
    }
}
