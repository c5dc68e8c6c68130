using EtcdEdge.Api;
using EtcdEdge.Testing;
using Grpc.Net.Client;

namespace EtcdEdge.Bench.Compare;

/// <summary>What a server's writes cost the memory card, by the block device's own counters.</summary>
internal static class CardCost
{
    private const int ValueBytes = 437;
    private const int SaturatedWrites = 20_000;
    private const int SaturatedStreams = 16;
    private const double BytesPerKiloByte = 1_000;
    private const int CompactionsPerRun = 3;
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_settleTime = TimeSpan.FromSeconds(8);

    /// <summary>What operators do to etcd to spare a card.</summary>
    public static string[] Tuned { get; } = ["--backend-batch-interval=5s"];

    public static Measure[] Measures(string name, double bar) =>
    [
        Measure.RatioAtMost(bar, $"{name}, bytes per write", "KB"),
        Measure.AtMost(5, $"{name}, bytes per write", "KB"),
        Measure.AtMost(1.05, $"{name}, flushes per write", ""),
    ];

    /// <summary>An idle Kubernetes cluster's two updates a second, with its compaction three times within <paramref name="time"/>.</summary>
    public static async Task<double[]> IdleAsync(Target target, TimeSpan time, string[] etcdFlags)
    {
        using var card = new Card();
        await using var daemon = DaemonOn(card, target, target.IsEtcd ? etcdFlags : []);
        await daemon.StartAsync();
        using var channel = GrpcChannel.ForAddress(daemon.ClientUrl);
        var kv = new KV.KVClient(channel);
        var put = new PutRequest { Key = Requests.Key, Value = Requests.Value(ValueBytes) };
        await kv.PutAsync(put);
        await SettleAsync(card);
        var (before, writes) = (card.Counters(), target.Count((int)(time / s_interval)));
        var compactable = 0L;
        using var timer = new PeriodicTimer(s_interval);
        for (var n = 1; n <= writes; n++)
        {
            await timer.WaitForNextTickAsync();
            var revision = (await kv.PutAsync(put)).Header.Revision;
            if (n % (writes / CompactionsPerRun) == 0)
            {
                // As the API server does: to where the store was a period ago.
                await CompactAsync(kv, compactable);
                compactable = revision;
            }
        }

        await timer.WaitForNextTickAsync();
        var after = card.Counters();
        await daemon.StopAsync();
        var bytes = (after.Bytes - before.Bytes) / BytesPerKiloByte / writes;
        return [bytes, bytes, (after.Flushes - before.Flushes) / (double)writes];
    }

    /// <summary>As many writes as sixteen streams of one connection get through.</summary>
    public static async Task<double[]> SaturatedAsync(Target target)
    {
        using var card = new Card();
        await using var daemon = DaemonOn(card, target, []);
        await daemon.StartAsync();
        var body = Requests.Framed(new PutRequest { Key = Requests.Key, Value = Requests.Value(ValueBytes) });
        await H2Load.RunAsync(daemon, Requests.PutPath, body, SaturatedStreams, 1, SaturatedStreams);
        await SettleAsync(card);
        var (before, writes) = (card.Counters(), target.Count(SaturatedWrites));
        await H2Load.RunAsync(daemon, Requests.PutPath, body, writes, 1, SaturatedStreams);
        var after = card.Counters();
        await daemon.StopAsync();
        return [(after.Bytes - before.Bytes) / BytesPerKiloByte / writes];
    }

    private static Daemon DaemonOn(Card card, Target target, string[] flags) =>
        new(target.Daemon.Binary, Path.Combine(card.MountPoint, "data"), ["--log-level=error", .. flags]);

    private static async Task SettleAsync(Card card)
    {
        card.Settle();
        await Task.Delay(s_settleTime);
    }

    private static async Task CompactAsync(KV.KVClient kv, long revision)
    {
        if (revision > 0)
        {
            await kv.CompactAsync(new CompactionRequest { Revision = revision });
        }
    }
}
