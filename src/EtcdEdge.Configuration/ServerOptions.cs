namespace EtcdEdge.Configuration;

/// <summary>
/// All options of a server, read once at start and never changed. Built by <see cref="ServerConfiguration.Load"/>; <see cref="Validate"/> returns
/// what is wrong with them. They hold values and decide nothing.
/// </summary>
public sealed partial record ServerOptions
{
    /// <summary>This member's name (--name).</summary>
    public string Name { get; init; } = "default";

    /// <summary>Where this member keeps its state; <c>${name}.etcd</c> unless given.</summary>
    public string DataDir { get; init; } = "default.etcd";

    /// <summary>A separate directory for the log, or null: inside <see cref="DataDir"/>.</summary>
    public string? WalDir { get; init; }

    public ListenOptions Listen { get; init; } = new();

    public ClusterOptions Cluster { get; init; } = new();

    public RaftOptions Raft { get; init; } = new();

    public RequestOptions Requests { get; init; } = new();

    public KeepAliveOptions KeepAlive { get; init; } = new();

    public CompactionOptions Compaction { get; init; } = new();

    public CorruptionOptions Corruption { get; init; } = new();

    public WalOptions Wal { get; init; } = new();

    public CheckpointOptions Checkpoint { get; init; } = new();

    public LogOptions Log { get; init; } = new();

    public HttpOptions Http { get; init; } = new();

    public AuthOptions Auth { get; init; } = new();

    public TlsOptions ClientTls { get; init; } = new();

    public TlsOptions PeerTls { get; init; } = new();

    public TlsPolicy TlsPolicy { get; init; } = new();

    public FeatureGates FeatureGates { get; init; } = FeatureGates.Defaults;

    /// <summary>Whether /metrics carries the per-method latency histograms too (--metrics=extensive).</summary>
    public MetricsDetail Metrics { get; init; }

    /// <summary>Interval at which an idle watcher that requested progress notifications receives the revision.</summary>
    public TimeSpan WatchProgressNotifyInterval { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>An apply that takes longer is logged as slow.</summary>
    public TimeSpan WarningApplyDuration { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>A unary call that takes longer is logged as slow.</summary>
    public TimeSpan WarningUnaryRequestDuration { get; init; } = TimeSpan.FromMilliseconds(300);
}
