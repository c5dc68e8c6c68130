namespace EtcdEdge.Server.Configuration;

/// <summary>Timing and behaviour of the consensus.</summary>
public sealed record RaftOptions
{
    /// <summary>One tick, and the leader's heartbeat interval.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    public TimeSpan ElectionTimeout { get; init; } = TimeSpan.FromMilliseconds(1000);

    /// <summary>The operator chose the election timeout; otherwise it may be raised from what the disk and the network measure.</summary>
    public bool ElectionTimeoutIsSet { get; init; }

    /// <summary>Ticks of one election timeout.</summary>
    public int ElectionTicks => (int)(ElectionTimeout / HeartbeatInterval);

    public bool PreVote { get; init; } = true;

    /// <summary>Skip most of the first election timeout at start when there is nothing to wait for.</summary>
    public bool InitialElectionTickAdvance { get; init; } = true;

    /// <summary>Applied entries after which etcd would write a snapshot.</summary>
    public ulong SnapshotCount { get; init; } = 10_000;

    /// <summary>Entries kept behind a snapshot for slow followers.</summary>
    public ulong SnapshotCatchupEntries { get; init; } = 5_000;

    /// <summary>How long a request may wait: 5 s for queue, work and disk, and two elections (etcd server/config ReqTimeout).</summary>
    public TimeSpan RequestTimeout => TimeSpan.FromSeconds(5) + (2 * ElectionTimeout);
}
