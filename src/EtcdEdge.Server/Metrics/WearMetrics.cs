namespace EtcdEdge.Server.Metrics;

/// <summary>Bytes and flushes that the server sends to the disk, by source, and the disk's own wear indicator.</summary>
internal sealed class WearMetrics
{
    private const double SecondsPerDay = 86_400;

    public WearMetrics(MetricRegistry registry)
    {
        registry.ReadCounter("etcdedge_log_written_bytes_total", "Bytes written to the log since start, padding and zero-filling included.",
            _ => Readings().LogBytes);
        registry.ReadCounter("etcdedge_log_flushes_total", "Flushes of the log since start.", _ => Readings().LogFlushes);
        registry.ReadCounter("etcdedge_checkpoint_written_bytes_total", "Bytes written to checkpoints since start, the journal included.",
            _ => Readings().CheckpointBytes);
        registry.ReadCounter("etcdedge_checkpoint_flushes_total", "Flushes of checkpoints since start.", _ => Readings().CheckpointFlushes);
        registry.Gauge("etcdedge_written_bytes_per_day", "Bytes a day that the log and checkpoints write at the pace since start.",
            at => PerDay(Readings(), at.Process.StartTimeSeconds));
        registry.Gauge("etcdedge_log_file_bytes", "Bytes of the log's files, spare segments included.", _ => Readings().LogFileBytes);
        registry.DynamicGauge("etcdedge_disk_free_bytes", "Bytes free on the file system of the data directory, if it says.", _ => Free(Readings()));
        registry.DynamicGauge("etcdedge_emmc_life_time_used",
            "What an eMMC says of its wear, in tenths of its life used up, rounded up; 11 is beyond it.", _ => EmmcLifetime.LifeTimes(SystemBlock));
        registry.DynamicGauge("etcdedge_emmc_pre_eol", "What an eMMC says of its reserve blocks: 1 normal, 2 four fifths used, 3 nearly all used.",
            _ => EmmcLifetime.PreEndOfLife(SystemBlock));
    }

    /// <summary>Asked at each scrape; must not block.</summary>
    public Func<WearReadings> Readings { get; set; } = () => default;

    /// <summary>Where the kernel shows block devices.</summary>
    public string SystemBlock { get; set; } = "/sys/block";

    private static IEnumerable<(string Labels, double Value)> Free(WearReadings readings) =>
        readings.FreeBytes == long.MaxValue ? [] : [("", readings.FreeBytes)];

    private static double PerDay(in WearReadings readings, double startSeconds)
    {
        var running = Math.Max(1, (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).TotalSeconds - startSeconds);
        return (readings.LogBytes + readings.CheckpointBytes) / running * SecondsPerDay;
    }
}
