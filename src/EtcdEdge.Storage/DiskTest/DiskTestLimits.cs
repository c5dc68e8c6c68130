namespace EtcdEdge.Storage.DiskTest;

/// <summary>The limits of DiskTest, each with its reason.</summary>
public static class DiskTestLimits
{
    /// <summary>Bytes of a trial's entries: an idle Kubernetes cluster's lease heartbeat in etcd's encoding (467 measured), with headers.</summary>
    public const int TrialEntryBytes = 512;

    /// <summary>With fewer flushes the slowest in a hundred is not meaningful.</summary>
    public const int TrialSyncsMin = 100;

    /// <summary>etcd's own advice for a disk (Documentation/op-guide/hardware: 99th percentile below 10 ms).</summary>
    public static readonly TimeSpan GoodSyncP99 = TimeSpan.FromMilliseconds(10);

    /// <summary>A stall of this length passes within the default election timeout.</summary>
    public static readonly TimeSpan GoodSyncMax = TimeSpan.FromMilliseconds(500);

    /// <summary>Above it, an API server's request of several writes takes seconds.</summary>
    public static readonly TimeSpan UsableSyncP99 = TimeSpan.FromMilliseconds(250);

    /// <summary>Kubernetes' components give their leases up after 10 s without a write; half of it leaves room for a second try.</summary>
    public static readonly TimeSpan UsableSyncMax = TimeSpan.FromSeconds(5);

    /// <summary>etcd's default of --election-timeout.</summary>
    public static readonly TimeSpan ElectionTimeoutDefault = TimeSpan.FromSeconds(1);

    /// <summary>etcd refuses more.</summary>
    public static readonly TimeSpan ElectionTimeoutMax = TimeSpan.FromSeconds(50);
}
