namespace EtcdEdge.Server.Checkpoints;

/// <summary>The limits of Checkpoints, each with its reason.</summary>
internal static class CheckpointLimits
{
    /// <summary>
    /// How soon the checkpointer looks again while room in the log is scarce: the disk's thread frees a segment in a few milliseconds.
    /// </summary>
    public const int CheckpointPressedLookMs = 50;

    /// <summary>Interval of the warning that the log is near its bound.</summary>
    public const long LogFullSayMs = 60_000;

    /// <summary>
    /// A checkpoint that is due by time alone may cost this share of the log since the last one: at two writes a second about one in a quarter of an
    /// hour instead of one in five minutes.
    /// </summary>
    public const int CheckpointLogShare = 16;

    /// <summary>How often the checkpointer looks whether one is due.</summary>
    public const int CheckpointLookMs = 1_000;

    /// <summary>How long it waits for a compaction's removal to end: a million records take ten seconds.</summary>
    public const int CheckpointCompactionPatienceMs = 30_000;

    /// <summary>Pause after a failure: a full disk does not empty itself within seconds.</summary>
    public const int CheckpointRetryMs = 30_000;

    /// <summary>The same while writes wait for room in the log: less than the request timeout.</summary>
    public const int CheckpointPressedRetryMs = 5_000;
}
