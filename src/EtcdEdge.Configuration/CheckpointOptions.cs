namespace EtcdEdge.Configuration;

/// <summary>When checkpoints are written. EtcdEdge's own flags; etcd commits its backend every 100 ms instead.</summary>
public sealed record CheckpointOptions
{
    /// <summary>Bytes by which the log grows until one is written; the log holds at most about twice as many.</summary>
    public long LogBytes { get; init; } = ConfigurationLimits.DefaultCheckpointLogBytes;

    /// <summary>At the latest after this long, if anything was written.</summary>
    public TimeSpan Interval { get; init; } = ConfigurationLimits.DefaultCheckpointInterval;
}
