namespace EtcdEdge.Configuration;

/// <summary>The limits of configuration, each with its reason.</summary>
public static class ConfigurationLimits
{
    /// <summary>
    /// The log a start replays at most, about twice: a second of a board's time. Smaller would write the state more often than the log is worth.
    /// </summary>
    public const long DefaultCheckpointLogBytes = 32 << 20;

    /// <summary>An idle cluster's compaction comes every five minutes; the checkpoint follows it.</summary>
    public static readonly TimeSpan DefaultCheckpointInterval = TimeSpan.FromMinutes(5);

    /// <summary>etcd's default quota; the default never exceeds a quarter of RAM, because keys and history are kept in memory.</summary>
    public const long DefaultQuotaBytes = 2L << 30;

    /// <summary>Election timeouts beyond this hide a dead leader for too long (etcd server/embed maxElectionMs).</summary>
    public const uint MaxElectionMilliseconds = 50_000;

    /// <summary>A follower must miss several heartbeats before it campaigns (etcd server/embed/config.go).</summary>
    public const uint HeartbeatsPerElection = 5;

    /// <summary>Small enough that a recycled set of segments fits on any card, large enough that recycling is rare.</summary>
    public const int DefaultWalSegmentBytes = 8 << 20;

    /// <summary>One request of the largest default size and its frame must fit a segment.</summary>
    public const int MinWalSegmentBytes = 2 << 20;

    /// <summary>A segment is zero-filled before use; a larger one would stall a slow disk for seconds.</summary>
    public const int MaxWalSegmentBytes = 256 << 20;

    /// <summary>Smallest unit a filesystem writes without reading first.</summary>
    public const int DefaultWalPageBytes = 4096;

    /// <summary>Largest flash page of the measured cards.</summary>
    public const int MaxWalPageBytes = 16_384;

    /// <summary>A larger one could never be among those that wait for the log, nor among what a Raft leader holds uncommitted.</summary>
    public const int MaxRequestBytes = 64 << 20;

    /// <summary>Beyond this share of RAM a full store would not fit beside its own indexes.</summary>
    public const double QuotaWarningShareOfMemory = 0.5;

    /// <summary>A configuration file is a page of text; anything larger is the wrong file.</summary>
    public const int MaxConfigFileBytes = 1 << 20;

    /// <summary>Edit distance up to which an unknown flag is reported as a misspelling of a known one.</summary>
    public const int MaxSpellingDistance = 4;
}
