namespace EtcdEdge.Bench.Compare;

/// <summary>What is compared of three members on this machine.</summary>
internal static class Clusters
{
    private const int Founders = 3;

    public static IReadOnlyList<Scenario> All { get; } =
    [
        Of("cluster-put-8x8", Scenarios.RateAndCpu(2, 0.5, "put", "three members, 8×8 streams"), t => Scenarios.PutAsync(t, 20_000, 8, 8)),
        Of("cluster-put-16x64", Scenarios.RateAndCpu(2, 0.5, "put", "three members, 16×64 streams"), t => Scenarios.PutAsync(t, 60_000, 16, 64)),
        Of("cluster-put-1x1", [Measure.RatioAtMost(0.8, "put latency, three members, 1×1", "us")], async t =>
            [await Scenarios.PutLatencyAsync(t, 2_000)]),
        Of("cluster-range", Scenarios.RateAndCpu(2, 0.5, "linearizable range", "at the leader of three, 8×8 streams"), t =>
            Scenarios.RangeAsync(t, false)),
        Of("cluster-range-follower", Scenarios.RateAndCpu(2, 0.5, "linearizable range", "at a follower, 8×8 streams"), FollowerRangeAsync),
        Of("failover", [Measure.RatioAtMost(0.7, "without writes after kill -9 of the leader", "ms")], Failover.RunAsync),
    ];

    private static Scenario Of(string name, Measure[] measures, Func<Target, Task<double[]>> run) => new(name, measures, run) { Members = Founders };

    private static Task<double[]> FollowerRangeAsync(Target target)
    {
        target.Ask(target.Members.First(member => member != target.Daemon));
        return Scenarios.RangeAsync(target, serializable: false);
    }
}
