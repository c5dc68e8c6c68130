namespace EtcdEdge.Configuration;

/// <summary>Automatic compaction. Retention 0 in the mode's own unit is "off".</summary>
public sealed record CompactionOptions
{
    public CompactionMode Mode { get; init; }

    /// <summary>How much history stays, in <see cref="CompactionMode.Periodic"/>; zero is off.</summary>
    public TimeSpan RetentionPeriod { get; init; }

    /// <summary>How many revisions stay, in <see cref="CompactionMode.Revision"/>; zero is off.</summary>
    public long RetentionRevisions { get; init; }

    /// <summary>Revisions removed in one step, so that others get their turn.</summary>
    public int BatchLimit { get; init; } = 1000;

    /// <summary>Pause between two such steps.</summary>
    public TimeSpan SleepInterval { get; init; } = TimeSpan.FromMilliseconds(10);

    public bool IsOn => Mode == CompactionMode.Periodic ? RetentionPeriod > TimeSpan.Zero : RetentionRevisions > 0;
}
