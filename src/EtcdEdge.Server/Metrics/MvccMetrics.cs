namespace EtcdEdge.Server.Metrics;

/// <summary>What is counted of the store: operations, events, compactions, hashes.</summary>
internal sealed class MvccMetrics(MetricRegistry registry)
{
    private readonly Counter _ranges = registry.Counter("etcd_mvcc_range_total", "Total number of ranges seen by this member.");
    private readonly Counter _puts = registry.Counter("etcd_mvcc_put_total", "Total number of puts seen by this member.");
    private readonly Counter _deletes = registry.Counter("etcd_mvcc_delete_total", "Total number of deletes seen by this member.");
    private readonly Counter _txns = registry.Counter("etcd_mvcc_txn_total", "Total number of txns seen by this member.");
    private readonly Counter _events = registry.Counter("etcd_debugging_mvcc_events_total", "Total number of events sent by this member.");

    private readonly Counter _putBytes = registry.CountingGauge("etcd_debugging_mvcc_total_put_size_in_bytes",
        "The total size of put kv pairs seen by this member.");

    private readonly Counter _compactedKeys = registry.Counter("etcd_debugging_mvcc_db_compaction_keys_total", "Total number of db keys compacted.");

    private readonly Histogram _compactionPause = registry.Histogram("etcd_debugging_mvcc_db_compaction_pause_duration_milliseconds",
        "Bucketed histogram of db compaction pause duration.", Buckets.Doubling(1, 13));

    private readonly Histogram _compactionTotal = registry.Histogram("etcd_debugging_mvcc_db_compaction_total_duration_milliseconds",
        "Bucketed histogram of db compaction total duration.", Buckets.Doubling(100, 14));

    private readonly Histogram _hash = registry.Histogram("etcd_mvcc_hash_duration_seconds",
        "The latency distribution of storage hash operation.", Buckets.Doubling(0.01, 15));

    private readonly Histogram _hashByRevision = registry.Histogram("etcd_mvcc_hash_rev_duration_seconds",
        "The latency distribution of storage hash by revision operation.", Buckets.Doubling(0.01, 15));

    public void Ranged() => _ranges.Increment();

    /// <summary>One put: the key's and the value's bytes.</summary>
    public void Put(long bytes)
    {
        _puts.Increment();
        _putBytes.Add(bytes);
    }

    /// <summary>Several puts of one batch.</summary>
    public void Put(long count, long bytes)
    {
        _puts.Add(count);
        _putBytes.Add(bytes);
    }

    public void Deleted(long keys) => _deletes.Add(keys);

    public void Transacted() => _txns.Increment();

    public void EventsSent(long count) => _events.Add(count);

    /// <summary>One step of a compaction held others up this long.</summary>
    public void CompactionPaused(TimeSpan duration) => _compactionPause.Observe(duration.TotalMilliseconds);

    /// <summary>A compaction ended after removing that many revisions.</summary>
    public void Compacted(long revisions, TimeSpan duration)
    {
        _compactedKeys.Add(revisions);
        _compactionTotal.Observe(duration.TotalMilliseconds);
    }

    public void Hashed(TimeSpan duration) => _hash.Observe(duration);

    public void HashedByRevision(TimeSpan duration) => _hashByRevision.Observe(duration);
}
