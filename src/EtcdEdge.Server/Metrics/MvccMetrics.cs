namespace EtcdEdge.Server.Metrics;

/// <summary>What is counted of the store: operations and events, which it and the watch count themselves, and how long its work takes.</summary>
internal sealed class MvccMetrics
{
    private readonly Histogram _compactionPause;
    private readonly Histogram _compactionTotal;
    private readonly Histogram _hash;
    private readonly Histogram _hashByRevision;

    public MvccMetrics(MetricRegistry registry)
    {
        registry.ReadCounter("etcd_mvcc_range_total", "Total number of ranges seen by this member.", at => at.Node.Ranges);
        registry.ReadCounter("etcd_mvcc_put_total", "Total number of puts seen by this member.", at => at.Node.Puts);
        registry.ReadCounter("etcd_mvcc_delete_total", "Total number of deletes seen by this member.", at => at.Node.Deletes);
        registry.ReadCounter("etcd_mvcc_txn_total", "Total number of txns seen by this member.", at => at.Node.Txns);
        registry.ReadCounter("etcd_debugging_mvcc_events_total", "Total number of events sent by this member.", at => at.Node.EventsSent);
        registry.Gauge("etcd_debugging_mvcc_total_put_size_in_bytes", "The total size of put kv pairs seen by this member.", at => at.Node.PutBytes);
        registry.ReadCounter("etcd_debugging_mvcc_db_compaction_keys_total", "Total number of db keys compacted.", at => at.Node.CompactedRecords);
        _compactionPause = registry.Histogram("etcd_debugging_mvcc_db_compaction_pause_duration_milliseconds",
            "Bucketed histogram of db compaction pause duration.", Buckets.Doubling(1, 13));
        _compactionTotal = registry.Histogram("etcd_debugging_mvcc_db_compaction_total_duration_milliseconds",
            "Bucketed histogram of db compaction total duration.", Buckets.Doubling(100, 14));
        _hash = registry.Histogram("etcd_mvcc_hash_duration_seconds", "The latency distribution of storage hash operation.",
            Buckets.Doubling(0.01, 15));
        _hashByRevision = registry.Histogram("etcd_mvcc_hash_rev_duration_seconds",
            "The latency distribution of storage hash by revision operation.", Buckets.Doubling(0.01, 15));
    }

    /// <summary>One step of a compaction held others up this long.</summary>
    public void CompactionPaused(TimeSpan duration) => _compactionPause.Observe(duration.TotalMilliseconds);

    /// <summary>Nothing of a compaction is left to remove; <paramref name="duration"/> is from its first step, pauses included.</summary>
    public void Compacted(TimeSpan duration) => _compactionTotal.Observe(duration.TotalMilliseconds);

    public void Hashed(TimeSpan duration) => _hash.Observe(duration);

    public void HashedByRevision(TimeSpan duration) => _hashByRevision.Observe(duration);
}
