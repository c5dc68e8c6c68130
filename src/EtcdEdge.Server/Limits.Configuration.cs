namespace EtcdEdge.Server;

/// <summary>The bounds of configuration, logging and metrics.</summary>
internal static partial class Limits
{
    /// <summary>etcd's default quota; more than a quarter of RAM is never taken by default, because keys and history live in memory.</summary>
    public const long DefaultQuotaBytes = 2L << 30;

    /// <summary>Election timeouts beyond this hide a dead leader for too long (etcd server/embed maxElectionMs).</summary>
    public const uint MaxElectionMilliseconds = 50_000;

    /// <summary>A follower must miss several heartbeats before it stands (etcd server/embed/config.go).</summary>
    public const uint HeartbeatsPerElection = 5;

    /// <summary>Small enough that a recycled set of segments fits any card, large enough that recycling is rare.</summary>
    public const int DefaultWalSegmentBytes = 8 << 20;

    /// <summary>One request of the largest default size and its frame must fit a segment.</summary>
    public const int MinWalSegmentBytes = 2 << 20;

    /// <summary>A segment is zero-filled before use; a larger one would stall a slow card for seconds.</summary>
    public const int MaxWalSegmentBytes = 256 << 20;

    /// <summary>Smallest unit a filesystem writes without reading first.</summary>
    public const int DefaultWalPageBytes = 4096;

    /// <summary>Largest flash page of the cards measured.</summary>
    public const int MaxWalPageBytes = 16_384;

    /// <summary>Largest request etcd lets an operator allow without a warning (10 MiB, server/etcdserver recommendedMaxRequestBytes).</summary>
    public const int RecommendedMaxRequestBytes = 10 << 20;

    /// <summary>A larger one could never be among those that wait for the log, nor among what a Raft leader holds uncommitted.</summary>
    public const int MaxRequestBytes = (int)MaxPendingProposalBytes;

    /// <summary>A flush that takes longer is told (etcd server/storage/wal warnSyncDuration).</summary>
    public static readonly TimeSpan SlowFdatasync = TimeSpan.FromSeconds(1);

    /// <summary>Beyond this share of RAM a full store would not fit beside its own indexes.</summary>
    public const double QuotaWarningShareOfMemory = 0.5;

    /// <summary>A configuration file is a page of text; anything larger is the wrong file.</summary>
    public const int MaxConfigFileBytes = 1 << 20;

    /// <summary>Distance in edits up to which an unknown flag is taken for a misspelt known one.</summary>
    public const int MaxSpellingDistance = 4;

    /// <summary>Lines that wait while an output stalls: minutes of a healthy server's log, about a megabyte.</summary>
    public const int QueuedLogLines = 4096;

    /// <summary>A stop takes a second at most; an output that stalls longer loses its last lines.</summary>
    public static readonly TimeSpan LogClosingPatience = TimeSpan.FromMilliseconds(500);

    /// <summary>Client API versions counted by name. Clients choose the text, so beyond this many they count as "other".</summary>
    public const int CountedClientVersions = 16;

    /// <summary>Longest client API version kept as a label; the real ones are "3.5" and the like.</summary>
    public const int ClientVersionLength = 16;
}
