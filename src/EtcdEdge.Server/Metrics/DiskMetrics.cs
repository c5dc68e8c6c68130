namespace EtcdEdge.Server.Metrics;

/// <summary>Metrics of the log and the checkpoint files.</summary>
internal sealed class DiskMetrics(MetricRegistry registry)
{
    private static readonly Buckets s_flushes = Buckets.Doubling(0.001, 14);

    private readonly Histogram _walFsync = registry.Histogram("etcd_disk_wal_fsync_duration_seconds",
        "The latency distributions of fsync called by WAL.", s_flushes);

    private readonly Histogram _walWrite = registry.Histogram("etcd_disk_wal_write_duration_seconds",
        "The latency distributions of write called by WAL.", s_flushes);

    private readonly Counter _walBytes = registry.CountingGauge("etcd_disk_wal_write_bytes_total", "Total number of bytes written in WAL.");

    private readonly Histogram _commit = registry.Histogram("etcd_disk_backend_commit_duration_seconds",
        "The latency distributions of commit called by backend.", s_flushes);

    private readonly Histogram _snapshot = registry.Histogram("etcd_disk_backend_snapshot_duration_seconds",
        "The latency distribution of backend snapshots.", Buckets.Doubling(0.01, 17));

    private readonly Histogram _defrag = registry.Histogram("etcd_disk_backend_defrag_duration_seconds",
        "The latency distribution of backend defragmentation.", Buckets.Doubling(0.1, 13));

    private readonly Counter _spareFailures = registry.Counter("etcdedge_wal_spare_failures_total",
        "Spare log segments that could not be prepared, for example on a full disk; the log goes on without.");

    /// <summary>The same durations as the log's histogram, of late: the election timeout adapts to them.</summary>
    public RecentDurations RecentFlushes { get; } = new();

    /// <summary>One group was written to the log's pages: bytes with padding, as the disk receives them.</summary>
    public void WalWritten(long bytes, TimeSpan duration)
    {
        _walBytes.Add(bytes);
        _walWrite.Observe(duration);
    }

    /// <summary>One fdatasync of the log returned.</summary>
    public void WalFlushed(TimeSpan duration)
    {
        _walFsync.Observe(duration);
        RecentFlushes.Add(duration);
    }

    /// <summary>
    /// One flush of a checkpoint file returned, which corresponds to etcd's backend commit. The duration of a whole checkpoint is long on purpose,
    /// and an alert on slow commits would fire.
    /// </summary>
    public void CheckpointFlushed(TimeSpan duration) => _commit.Observe(duration);

    /// <summary>A spare log segment could not be prepared.</summary>
    public void SpareFailed() => _spareFailures.Increment();

    /// <summary>A snapshot of the store was streamed to a client.</summary>
    public void SnapshotStreamed(TimeSpan duration) => _snapshot.Observe(duration);

    /// <summary>The store was written to a new checkpoint file without free space.</summary>
    public void Defragmented(TimeSpan duration) => _defrag.Observe(duration);
}
