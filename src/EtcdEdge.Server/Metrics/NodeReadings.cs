namespace EtcdEdge.Server.Metrics;

/// <summary>The server's own numbers at one moment, collected by the owner of the node at a scrape. Sizes are bytes.</summary>
internal sealed record NodeReadings
{
    public ulong MemberId { get; init; }
    public bool HasLeader { get; init; }
    public bool IsLeader { get; init; }
    public bool IsLearner { get; init; }
    public double ElectionTimeoutSeconds { get; init; }
    public long LeaderChanges { get; init; }
    public ulong CommittedIndex { get; init; }
    public ulong AppliedIndex { get; init; }
    public int PendingProposals { get; init; }
    public long FailedProposals { get; init; }
    public long FailedReads { get; init; }

    public long CurrentRevision { get; init; } = 1;

    /// <summary>-1 before the first compaction, as in etcd.</summary>
    public long CompactRevision { get; init; } = -1;

    /// <summary>Live and deleted keys in the index.</summary>
    public long Keys { get; init; }

    /// <summary>What the store takes, history and free space included.</summary>
    public long DbTotalBytes { get; init; }

    /// <summary>What the store takes without free space.</summary>
    public long DbInUseBytes { get; init; }

    /// <summary>0 is no quota.</summary>
    public long QuotaBytes { get; init; }

    public long WatchStreams { get; init; }
    public long Watchers { get; init; }

    /// <summary>Watchers fed from history because they are behind.</summary>
    public long SlowWatchers { get; init; }

    /// <summary>Events queued for watchers and not yet sent.</summary>
    public long PendingEvents { get; init; }

    // Totals since start, each counted by its owner.
    public long Ranges { get; init; }
    public long Puts { get; init; }
    public long PutBytes { get; init; }
    public long Deletes { get; init; }
    public long Txns { get; init; }
    public long CompactedRecords { get; init; }
    public long EventsSent { get; init; }
    public long LeasesGranted { get; init; }
    public long LeasesRevoked { get; init; }
    public long LeasesRenewed { get; init; }
    public long LeasesExpired { get; init; }

    public ulong AuthRevision { get; init; } = 1;

    /// <summary>Alarms that are on: the member's id and "NOSPACE" or "CORRUPT".</summary>
    public IReadOnlyList<(ulong MemberId, string Alarm)> Alarms { get; init; } = [];

    /// <summary>"3.6", or empty while the cluster has not decided one.</summary>
    public string ClusterVersion { get; init; } = "";
}
