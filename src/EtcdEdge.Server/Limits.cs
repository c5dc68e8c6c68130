namespace EtcdEdge.Server;

/// <summary>Every bound of the server, with its reason.</summary>
internal static class Limits
{
    /// <summary>
    /// Requests that wait for the log at one time; beyond it "etcdserver: too many requests". etcd allows 5,000 committed but unapplied entries;
    /// here apply never lags, so the bound is what a stalled card may pile up.
    /// </summary>
    public const int MaxPendingProposals = 10_000;

    /// <summary>Bytes of the requests that wait for the log: a stalled card must not fill a 1 GB board's memory.</summary>
    public const long MaxPendingProposalBytes = 64 << 20;

    /// <summary>Proposals kept for reuse: as many as a busy node has in flight.</summary>
    public const int PooledProposals = 2_048;

    /// <summary>Ticks made up for in one step: a loop that was paused must not campaign because it slept.</summary>
    public const int TicksPerStep = 2;

    /// <summary>Superseded revisions removed per step, so that a compaction never holds a write up for more than about a millisecond.</summary>
    public const int CompactionRecordsPerStep = 1_000;

    /// <summary>How often waiting requests are looked at for a passed deadline: deadlines are seconds.</summary>
    public const long DeadlineSweepMs = 500;

    /// <summary>Leases expired per sweep of half a second: etcd's 1,000 a second.</summary>
    public const int LeaseRevokesPerSweep = 500;

    /// <summary>How often leases are looked at (etcd server/lease: 500 ms).</summary>
    public const long LeaseSweepMs = 500;
}
