using EtcdEdge.Api;

namespace EtcdEdge.Bench.Compare;

/// <summary>
/// 500 writes a second on a store of a million keys of 1 KB, first alone, then beside everything that a server does to itself: compaction,
/// defragmentation, checkpoint, and a snapshot for etcdctl.
/// </summary>
internal static class Busy
{
    private const int Keys = 1_000_000;
    private const int ValueBytes = 1_000;
    private const int WritesPerSecond = 500;
    private const double MegaByte = 1e6;
    private const double Percentile = 0.99;

    /// <summary>
    /// Where etcdctl saves: not on the server's disk, as no backup should. Its flush of a gigabyte would make every other flush of that disk wait for
    /// a second, and be what is measured.
    /// </summary>
    private const string BackupDirectory = "/dev/shm";
    private static readonly TimeSpan s_quietTime = TimeSpan.FromSeconds(30);

    /// <summary>The busy time, at least; the work is begun again until it has passed.</summary>
    private static readonly TimeSpan s_busyTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_memoryLook = TimeSpan.FromMilliseconds(200);

    public static Measure[] Measures { get; } =
    [
        Measure.AtMost(50, "p99 of 500 writes/s at 1,000,000 keys of 1 KB, beside compaction, defrag, checkpoint and snapshot − alone", "ms"),
        Measure.AtMost(2, "highest RSS meanwhile ÷ before", ""),
    ];

    public static async Task<double[]> RunAsync(Target target)
    {
        Load.Txns(target.Daemon.ClientPort, target.Count(Keys), ValueBytes);
        var quiet = await PercentileAsync(target, Task.Delay(s_quietTime / target.Scale));
        var before = target.Daemon.ResidentBytes;
        using var done = new CancellationTokenSource();
        var peak = PeakAsync(target, done.Token);
        var busy = await PercentileAsync(target, WorkAsync(target));
        await done.CancelAsync();
        Console.Error.WriteLine($"  alone {quiet.TotalMilliseconds:F1} ms, beside the work {busy.TotalMilliseconds:F1} ms; "
            + $"{before / MegaByte:F0} MB, at most {await peak / MegaByte:F0} MB");
        return [(busy - quiet).TotalMilliseconds, (double)await peak / before];
    }

    private static async Task<TimeSpan> PercentileAsync(Target target, Task until)
    {
        var latencies = await SteadyWrites.RunAsync(target, target.Count(Keys), WritesPerSecond, until);
        Console.Error.WriteLine($"  {latencies.Length} writes, the slowest took {latencies[^1].TotalMilliseconds:F1} ms");
        return latencies[(int)(latencies.Length * Percentile)];
    }

    private static async Task WorkAsync(Target target)
    {
        var end = DateTime.UtcNow + (s_busyTime / target.Scale);
        do
        {
            await target.Kv.CompactAsync(new CompactionRequest { Revision = await target.RevisionAsync(), Physical = true });
            await Task.WhenAll(target.Maintenance.DefragmentAsync(new DefragmentRequest()).ResponseAsync, Saving.SaveAsync(target, BackupDirectory));
        }
        while (DateTime.UtcNow < end);
    }

    private static async Task<long> PeakAsync(Target target, CancellationToken done)
    {
        var peak = 0L;
        while (!done.IsCancellationRequested)
        {
            peak = Math.Max(peak, target.Daemon.ResidentBytes);
            await Task.Delay(s_memoryLook, CancellationToken.None);
        }

        return peak;
    }
}
