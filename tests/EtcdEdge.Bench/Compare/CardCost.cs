using EtcdEdge.Api;
using EtcdEdge.Testing;
using Grpc.Net.Client;

namespace EtcdEdge.Bench.Compare;

/// <summary>What an idle Kubernetes cluster's two updates a second cost the memory card, by the block device's own counters.</summary>
internal static class CardCost
{
    private const int ValueBytes = 437;
    private const int Writes = 120;
    private const double BytesPerKiloByte = 1_000;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(8);

    public static async Task<double[]> RunAsync(Target target)
    {
        using var card = new Card();
        await using var daemon = new Daemon(target.Daemon.Binary, Path.Combine(card.MountPoint, "data"), ["--log-level=error"]);
        await daemon.StartAsync();
        using var channel = GrpcChannel.ForAddress(daemon.ClientUrl);
        var kv = new KV.KVClient(channel);
        var put = new PutRequest { Key = Requests.Key, Value = Requests.Value(ValueBytes) };
        await kv.PutAsync(put);
        card.Settle();
        await Task.Delay(SettleTime);
        var (before, writes) = (card.Counters(), target.Count(Writes));
        using var timer = new PeriodicTimer(Interval);
        for (var n = 0; n < writes; n++)
        {
            await timer.WaitForNextTickAsync();
            await kv.PutAsync(put);
        }

        await timer.WaitForNextTickAsync();
        var after = card.Counters();
        await daemon.StopAsync();
        return [(after.Bytes - before.Bytes) / BytesPerKiloByte / writes, (after.Flushes - before.Flushes) / (double)writes];
    }
}
