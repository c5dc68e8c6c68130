using EtcdEdge.Api;
using Google.Protobuf;

namespace EtcdEdge.Bench.Compare;

/// <summary>Everything that is compared, with its bars.</summary>
internal static class Scenarios
{
    private const int ObjectBytes = 512;
    private const int KiloByte = 1_000;
    private const double MegaByte = 1e6;

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("put-8x8", RateAndCpu(2, 0.5, "put", "8×8 streams"), t => PutAsync(t, 30_000, 8, 8)),
        new("put-16x64", RateAndCpu(2, 0.5, "put", "16×64 streams"), t => PutAsync(t, 60_000, 16, 64)),
        new("put-1x1", [Measure.RatioAtMost(0.7, "put latency, 1×1", "us")], async t => [await PutLatencyAsync(t, 3_000)]),
        new("range", RateAndCpu(2, 0.4, "linearizable range", "8×8 streams"), t => RangeAsync(t, false)),
        new("srange", RateAndCpu(2, 0.4, "serializable range", "8×8 streams"), t => RangeAsync(t, true)),
        new("list", [Measure.RatioAtLeast(2, "range of 10,000 keys of 1 KB", "MB/s")], ListAsync),
        new("watch", RateAndCpu(3, 0.5, "event", "1,000 watchers of one key on 10 streams"), t => Streaming.WatchAsync(t, 10)),
        new("watch-streams", RateAndCpu(3, 0.5, "event", "1,000 watchers on 1,000 streams"), t => Streaming.WatchAsync(t, 1_000)),
        new("keepalive", [Measure.RatioAtLeast(3, "lease keepalive rate, 8 streams", "1/s")], Streaming.KeepAliveAsync),
        new("memory", [Measure.RatioAtMost(0.6, "RSS after 100,000 keys of 1 KB", "MB")], MemoryAsync),
        new("growth", [Measure.AtMost(1.3, "put latency at 1,000,000 keys ÷ at 10,000", "")], GrowthAsync),
        new("start", [Measure.RatioAtMost(0.5, "start to first answer, 100,000 keys of 1 KB", "ms")], t => Restart.RunAsync(t, 100_000)),
        new("start-1m", [Measure.RatioAtMost(0.5, "start to first answer, 1,000,000 keys of 1 KB", "ms")], t => Restart.RunAsync(t, 1_000_000)),
        new("memory-checkpoint", Resident("after a checkpoint", "after a restart"), Resting.RunAsync),
        new("snapshot", [Measure.RatioAtLeast(1, "snapshot save of 1 GB", "MB/s")], Saving.RunAsync),
        new("million", Busy.Measures, Busy.RunAsync),
        new("join", [Measure.RatioAtMost(0.7, "new member to in sync, 200,000 keys of 1 KB", "ms")], Joining.RunAsync),
        .. Operations.All,
        .. Clusters.All,
        new("card", CardCost.Measures("card at 2 writes/s", 1 / 6.0), t => CardCost.IdleAsync(t, TimeSpan.FromMinutes(1), etcdFlags: [])),
        new("card-tuned", CardCost.Measures("card at 2 writes/s, etcd with --backend-batch-interval=5s", 0.42), t =>
            CardCost.IdleAsync(t, TimeSpan.FromMinutes(1), CardCost.Tuned)),
        new("card-15m", CardCost.Measures("card at 2 writes/s for 15 minutes", 1 / 6.0), t =>
            CardCost.IdleAsync(t, TimeSpan.FromMinutes(15), etcdFlags: [])) { IsLong = true },
        new("card-15m-tuned", CardCost.Measures("the same, etcd with --backend-batch-interval=5s", 0.42), t =>
            CardCost.IdleAsync(t, TimeSpan.FromMinutes(15), CardCost.Tuned)) { IsLong = true },
        new("card-saturated", [Measure.AtMost(2, "card, 16 streams as fast as they go, per write", "KB")], CardCost.SaturatedAsync),
    ];

    private static Measure[] Resident(params string[] moments) =>
        [.. moments.Select(moment => Measure.RatioAtMost(0.6, $"RSS at 100,000 keys of 1 KB {moment}", "MB"))];

    public static Measure[] RateAndCpu(double rateBar, double cpuBar, string call, string streams) =>
        [Measure.RatioAtLeast(rateBar, $"{call} rate, {streams}", "1/s"), Measure.RatioAtMost(cpuBar, $"CPU per {call}, {streams}", "us")];

    public static async Task<double[]> PutAsync(Target target, int fullCount, int connections, int streams)
    {
        var body = Requests.Framed(new PutRequest { Key = Requests.Key, Value = Requests.Value(ObjectBytes) });
        var count = target.Count(fullCount);
        await H2Load.RunAsync(target.Daemon, Requests.PutPath, body, Math.Max(count / 5, connections * streams), connections, streams);
        var (revision, cpu) = (await target.RevisionAsync(), target.CpuMicroseconds);
        var rate = await H2Load.RunAsync(target.Daemon, Requests.PutPath, body, count, connections, streams);
        cpu = (target.CpuMicroseconds - cpu) / count;
        var written = await target.RevisionAsync() - revision;
        return written == count ? [rate, cpu] : throw new InvalidOperationException($"{count} puts were answered, {written} were done");
    }

    public static async Task<double> PutLatencyAsync(Target target, int count)
    {
        var body = Requests.Framed(new PutRequest { Key = Requests.Key, Value = Requests.Value(ObjectBytes) });
        await H2Load.RunAsync(target.Daemon, Requests.PutPath, body, target.Count(500), 1, 1);
        return 1e6 / await H2Load.RunAsync(target.Daemon, Requests.PutPath, body, target.Count(count), 1, 1);
    }

    public static async Task<double[]> RangeAsync(Target target, bool serializable)
    {
        const int fullCount = 80_000;
        await target.Kv.PutAsync(new PutRequest { Key = Requests.Key, Value = Requests.Value(ObjectBytes) });
        var body = Requests.Framed(new RangeRequest { Key = Requests.Key, Serializable = serializable });
        var count = target.Count(fullCount);
        await H2Load.RunAsync(target.Daemon, Requests.RangePath, body, count / 5, 8, 8);
        var cpu = target.CpuMicroseconds;
        var rate = await H2Load.RunAsync(target.Daemon, Requests.RangePath, body, count, 8, 8);
        return [rate, (target.CpuMicroseconds - cpu) / count];
    }

    private static async Task<double[]> ListAsync(Target target)
    {
        const int keys = 10_000;
        Load.Puts(target.Daemon.ClientPort, keys, KiloByte);
        var request = new RangeRequest { Key = Requests.NumberedKey(0), RangeEnd = ByteString.CopyFromUtf8("/registry/pods0") };
        var answer = await target.Kv.RangeAsync(request);
        if (answer.Count != keys)
        {
            throw new InvalidOperationException($"{answer.Count} keys instead of {keys}");
        }

        var calls = target.Count(50);
        await H2Load.RunAsync(target.Daemon, Requests.RangePath, Requests.Framed(request), 5, 1, 1);
        return [await H2Load.RunAsync(target.Daemon, Requests.RangePath, Requests.Framed(request), calls, 1, 1) * answer.CalculateSize() / MegaByte];
    }

    /// <summary>Until the work that such a load brings, as a checkpoint, is over.</summary>
    private static readonly TimeSpan s_atRest = TimeSpan.FromSeconds(5);

    private static async Task<double[]> MemoryAsync(Target target)
    {
        Load.Puts(target.Daemon.ClientPort, target.Count(100_000), KiloByte);
        await Task.Delay(s_atRest);
        return [target.Daemon.ResidentBytes / MegaByte];
    }

    private static async Task<double[]> GrowthAsync(Target target)
    {
        const int valueBytes = 100;
        Load.Txns(target.Daemon.ClientPort, target.Count(10_000), valueBytes);
        var few = await PutLatencyAsync(target, 3_000);
        Load.Txns(target.Daemon.ClientPort, target.Count(1_000_000), valueBytes);
        return [await PutLatencyAsync(target, 3_000) / few];
    }
}
