using System.Globalization;
using System.Text.RegularExpressions;
using EtcdEdge.Testing;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

// Goal: dashboards and alerts made for etcd read this server. Method: both are scraped; of every family both have, type, labels and buckets are the
// same; one that only etcd has is left out on purpose, and one that only this server has is its own or etcd's in a larger cluster.
public sealed partial class MetricsTests
{
    /// <summary>What a name would promise and could not keep: Server/DESIGN.md, "Metrics", has the reasons.</summary>
    private static readonly string[] s_leftOut =
    [
        "go_", "promhttp_", "process_network_", "etcd_debugging_disk_backend_commit_", "etcd_debugging_mvcc_db_compaction_last",
            "etcd_debugging_mvcc_index_compaction_pause_",
        "etcd_debugging_mvcc_range_total", "etcd_debugging_snap_", "etcd_debugging_store_", "etcd_grpc_proxy_",
            "etcd_mvcc_db_open_read_transactions", "etcd_snap_",
    ];

    /// <summary>Ours; etcd's between members, which it shows once there are some; and 3.6's.</summary>
    private static readonly string[] s_added =
    [
        "etcdedge_", "etcd_network_", "etcd_debugging_server_alarms", "etcd_server_feature_enabled", "etcd_server_learner_promote_failures",
            "etcd_server_range_duration_seconds",
    ];

    [Fact]
    public async Task Names_types_labels_and_buckets_are_etcds()
    {
        await using var etcd = new Daemon(Binaries.Etcd, flags: ["--metrics=extensive"]);
        await using var server = new Daemon(Binaries.Server, flags: ["--metrics=extensive"]);
        await Task.WhenAll(etcd.StartAsync(), server.StartAsync());
        await Task.WhenAll(UseAsync(etcd), UseAsync(server));
        var (theirs, ours) = (await ScrapeAsync(etcd), await ScrapeAsync(server));
        Assert.DoesNotContain(theirs.Keys.Except(ours.Keys), name => !s_leftOut.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)));
        Assert.DoesNotContain(ours.Keys.Except(theirs.Keys), name => !s_added.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)));
        Assert.All(theirs.Keys.Intersect(ours.Keys), name => Assert.Equal((name, theirs[name]), (name, ours[name])));
        Assert.All(s_leftOut, prefix => Assert.Contains(theirs.Keys, name => name.StartsWith(prefix, StringComparison.Ordinal)));
    }

    // So that families that begin with their first observation have begun.
    private static async Task UseAsync(Daemon daemon)
    {
        await new EtcdCtl("3.5", daemon).RunAsync("put", "k", "v");
        using var client = new HttpClient();
        await client.GetStringAsync(daemon.ClientUrl + "/livez", TestContext.Current.CancellationToken);
        await client.GetStringAsync(daemon.ClientUrl + "/readyz", TestContext.Current.CancellationToken);
    }

    /// <summary>Each family's type, the names of its labels and its buckets, by its name.</summary>
    internal static async Task<SortedDictionary<string, string>> ScrapeAsync(Daemon daemon)
    {
        using var client = new HttpClient();
        var lines = (await client.GetStringAsync(daemon.ClientUrl + "/metrics", TestContext.Current.CancellationToken))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var types = lines.Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line.Split(' '))
            .ToDictionary(words => words[2], words => words[3]);
        var families = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, type) in types)
        {
            var samples = lines.Where(line => line.StartsWith(name, StringComparison.Ordinal) && Suffix().IsMatch(line[name.Length..])).ToArray();
            var labels = samples.SelectMany(line => Label().Matches(line).Select(match => match.Groups[1].Value)).Distinct()
                .Order(StringComparer.Ordinal);
            var buckets = samples.Select(line => Bucket().Match(line)).Where(match => match.Success && match.Groups[1].Value != "+Inf")
                .Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)).Distinct().Order();
            families.Add(name, $"{type} {{{string.Join(',', labels)}}} "
                + $"[{string.Join(' ', buckets.Select(bound => bound.ToString("R", CultureInfo.InvariantCulture)))}]");
        }

        return families;
    }

    [GeneratedRegex(@"^(_bucket|_sum|_count)?[ {]")]
    private static partial Regex Suffix();

    [GeneratedRegex("""([a-zA-Z_][a-zA-Z_0-9]*)=""" + "\"")]
    private static partial Regex Label();

    [GeneratedRegex("le=\"([^\"]+)\"")]
    private static partial Regex Bucket();
}
