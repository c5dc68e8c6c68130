using System.Globalization;
using EtcdEdge.Testing;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

// Goal: what dashboards and alerts for etcd show of the traffic between members is true here. Method: the same story on a cluster of etcd's and on
// one of this server's: a value that the leader must send to both others, and a follower that is killed and comes back.
public sealed class PeerMetricsTests
{
    private const string Prefix = "etcd_network_";
    private const int ValueBytes = 300_000;

    [Fact]
    public async Task Families_labels_and_buckets_between_members_are_etcds()
    {
        var (theirs, ours) = (await StoryAsync(Binaries.Etcd), await StoryAsync(Binaries.Server));
        Assert.NotEmpty(theirs);
        Assert.All(theirs, family => Assert.Equal(family, KeyValuePair.Create(family.Key, ours.GetValueOrDefault(family.Key, "none"))));
    }

    /// <summary>The families of the network at its end: type, labels, buckets.</summary>
    private static async Task<Dictionary<string, string>> StoryAsync(string binary)
    {
        await using var cluster = new TestCluster(3, binary: binary);
        await cluster.StartAsync();
        int leader = await cluster.LeaderAsync(), killed = (leader + 1) % 3, other = (leader + 2) % 3;
        string[] ids = [await IdAsync(cluster, 0), await IdAsync(cluster, 1), await IdAsync(cluster, 2)];
        await Task.WhenAll(Enumerable.Range(0, 3).Select(own => MeetsAsync(cluster[own], ids[own], [.. ids.Where(id => id != ids[own])])));

        var before = await Task.WhenAll(cluster.Members.Select(SamplesAsync));
        Assert.Equal(0, (await new EtcdCtl("3.5", cluster[leader]).TryAsync(new string('v', ValueBytes), "put", "large")).ExitCode);
        await EventuallyAsync(cluster[killed], after =>
            Grew(before[killed], after, $"peer_received_bytes_total{{From=\"{ids[leader]}\"}}") >= ValueBytes, "received");
        await EventuallyAsync(cluster[leader], after => ids.Where(id => id != ids[leader])
            .All(id => Grew(before[leader], after, $"peer_sent_bytes_total{{To=\"{id}\"}}") >= ValueBytes), "sent");

        await cluster[killed].KillAsync();
        string lost = Pair(ids[leader], ids[killed]), kept = Pair(ids[leader], ids[other]),
            failures = $"peer_sent_failures_total{{To=\"{ids[killed]}\"}}";
        await EventuallyAsync(cluster[leader], now => now[$"active_peers{lost}"] == 0 && now[$"active_peers{kept}"] == 1
            && now.GetValueOrDefault($"disconnected_peers_total{lost}") >= 1 && now.GetValueOrDefault(failures) >= 1, "lost");
        var then = await SamplesAsync(cluster[leader]);
        await EventuallyAsync(cluster[leader], now => Grew(then, now, failures) >= 1, "still failing");
        Assert.Equal(0, (await SamplesAsync(cluster[leader])).GetValueOrDefault($"disconnected_peers_total{kept}"));

        cluster[killed].Start();
        await cluster[killed].WaitReadyAsync();
        await EventuallyAsync(cluster[leader], now => now[$"active_peers{lost}"] == 1, "back");
        return (await MetricsTests.ScrapeAsync(cluster[leader])).Where(family => family.Key.StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary();
    }

    /// <summary>Waits until a member is connected with each of the others and knows how long a round trip to it takes.</summary>
    private static Task MeetsAsync(Daemon daemon, string own, string[] others) => EventuallyAsync(
        daemon,
        now => others.All(other => now.GetValueOrDefault($"active_peers{Pair(own, other)}") == 1
            && now.GetValueOrDefault($"peer_round_trip_time_seconds_count{{To=\"{other}\"}}") >= 1
            && now[$"peer_round_trip_time_seconds_sum{{To=\"{other}\"}}"] > 0),
        "connected");

    private static async Task<string> IdAsync(TestCluster cluster, int index)
    {
        var id = 0UL;
        await TestCluster.EventuallyAsync(async () => (id = (await cluster.StatusAsync(index))?.Header.MemberId ?? 0) != 0, "no status");
        return id.ToString("x", CultureInfo.InvariantCulture);
    }

    private static Task EventuallyAsync(Daemon daemon, Func<Dictionary<string, double>, bool> holds, string what) =>
        TestCluster.EventuallyAsync(async () => holds(await SamplesAsync(daemon)), $"{daemon.Binary}: not {what}");

    private static string Pair(string local, string remote) => $"{{Local=\"{local}\",Remote=\"{remote}\"}}";

    private static double Grew(Dictionary<string, double> before, Dictionary<string, double> after, string sample) =>
        after.GetValueOrDefault(sample) - before.GetValueOrDefault(sample);

    /// <summary>Values by name and labels, without the prefix.</summary>
    private static async Task<Dictionary<string, double>> SamplesAsync(Daemon daemon)
    {
        using var client = new HttpClient();
        var text = await client.GetStringAsync(daemon.ClientUrl + "/metrics", TestContext.Current.CancellationToken);
        return text.Split('\n').Where(line => line.StartsWith(Prefix, StringComparison.Ordinal)).Select(line => line[Prefix.Length..].Split(' '))
            .ToDictionary(words => words[0], words => double.Parse(words[1], CultureInfo.InvariantCulture));
    }
}
