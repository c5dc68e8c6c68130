namespace EtcdEdge.Server.Memory;

/// <summary>The limits of Memory, each with its reason.</summary>
internal static class MemoryLimits
{
    /// <summary>
    /// The longest stop of all threads in a quiet moment: a third of the shortest election timeout, so that the other members do not take this one
    /// for dead.
    /// </summary>
    public const double MemoryPauseMs = 300;

    /// <summary>
    /// Expected stop per MiB of heap before the first compaction has measured it: a desktop's core takes 0.4 ms. A board's may take five times that,
    /// the first time.
    /// </summary>
    public const double MemoryPauseMsPerMiB = 1;

    /// <summary>Heap size from which the measured time predicts that of larger ones: a small heap's time is that of threads and stacks.</summary>
    public const long MemoryTellingBytes = 32 << 20;

    /// <summary>How long a moment must have been quiet.</summary>
    public const int MemoryLookMs = 500;

    /// <summary>What is allocated in a quiet moment at most: twenty writes' worth.</summary>
    public const long MemoryQuietBytes = 256 << 10;

    /// <summary>Written to the log since the last time, from which on it is worth a look: what is left behind is a multiple of it.</summary>
    public const long MemoryGrowthBytes = 16 << 20;

    /// <summary>How long a quiet moment is waited for.</summary>
    public const long MemoryPatienceMs = 10_000;
}
