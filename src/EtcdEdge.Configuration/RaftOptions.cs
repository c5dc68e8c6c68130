namespace EtcdEdge.Configuration;

/// <summary>Timing and behaviour of the consensus.</summary>
public sealed record RaftOptions
{
    /// <summary>One tick, and the leader's heartbeat interval.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    public TimeSpan ElectionTimeout { get; init; } = TimeSpan.FromMilliseconds(1000);

    /// <summary>Whether the timeout may be raised by what is measured: the operator gave neither flag.</summary>
    public bool AdaptElectionTimeout { get; init; }

    /// <summary>Ticks of one election timeout.</summary>
    public int ElectionTicks => (int)(ElectionTimeout / HeartbeatInterval);

    public bool PreVote { get; init; } = true;

    /// <summary>Entries kept behind a snapshot for slow followers.</summary>
    public ulong SnapshotCatchupEntries { get; init; } = 5_000;

    /// <summary>How long a request may wait: 5 s for queue, work and disk, and two elections (etcd server/config ReqTimeout).</summary>
    public TimeSpan RequestTimeout => TimeSpan.FromSeconds(5) + (2 * ElectionTimeout);
}
