using System.Buffers;
using EtcdEdge.Base;
using EtcdEdge.Configuration;

namespace EtcdEdge.Server.Metrics;

/// <summary>
/// All metrics of the server under etcd's names. Created once, before the node; every method may be called by any thread and neither locks nor
/// allocates. Gauges come from <see cref="Readings"/>, which the owner of the node sets.
/// </summary>
internal sealed class EtcdMetrics
{
    private readonly MetricRegistry _registry = new();

    public EtcdMetrics(MetricsDetail detail, FeatureGates gates)
    {
        Server = new ServerMetrics(_registry);
        Mvcc = new MvccMetrics(_registry);
        Leases = new LeaseMetrics(_registry);
        Disk = new DiskMetrics(_registry);
        Checkpoints = new CheckpointMetrics(_registry);
        Wear = new WearMetrics(_registry);
        Network = new NetworkMetrics(_registry);
        Peers = new PeerMetrics(_registry);
        Health = new HealthMetrics(_registry);
        Grpc = new GrpcMetrics(_registry, detail == MetricsDetail.Extensive);
        AddRaftGauges();
        AddStoreGauges();
        AddIdentity(gates);
        AddProcess();
        _registry.Sort();
    }

    public ServerMetrics Server { get; }
    public MvccMetrics Mvcc { get; }
    public LeaseMetrics Leases { get; }
    public DiskMetrics Disk { get; }
    public CheckpointMetrics Checkpoints { get; }
    public WearMetrics Wear { get; }
    public NetworkMetrics Network { get; }
    public PeerMetrics Peers { get; }
    public HealthMetrics Health { get; }
    public GrpcMetrics Grpc { get; }

    /// <summary>Asked once per scrape, on the scraper's thread; must not block.</summary>
    public Func<NodeReadings> Readings { get; set; } = () => new NodeReadings();

    /// <summary>Writes everything as Prometheus' text format 0.0.4.</summary>
    public void Write(IBufferWriter<byte> buffer)
    {
        var scrape = new Scrape(Readings(), ProcessReadings.Now());
        var writer = new PrometheusWriter(buffer);
        foreach (var family in _registry.Families)
        {
            family.Render(writer, scrape);
        }
    }

    private void AddRaftGauges()
    {
        _registry.Gauge("etcd_server_has_leader", "Whether or not a leader exists. 1 is existence, 0 is not.", at => One(at.Node.HasLeader));
        _registry.Gauge("etcd_server_is_leader", "Whether or not this member is a leader. 1 if is, 0 otherwise.", at => One(at.Node.IsLeader));
        _registry.Gauge("etcd_server_is_learner", "Whether or not this member is a learner. 1 if is, 0 otherwise.", at => One(at.Node.IsLearner));
        _registry.Gauge("etcdedge_election_timeout_seconds", "The election timeout in force; it adapts unless a flag sets it.",
            at => at.Node.ElectionTimeoutSeconds);
        _registry.ReadCounter("etcd_server_leader_changes_seen_total", "The number of leader changes seen.", at => at.Node.LeaderChanges);
        _registry.Gauge("etcd_server_proposals_committed_total", "The total number of consensus proposals committed.", at => at.Node.CommittedIndex);
        _registry.Gauge("etcd_server_proposals_applied_total", "The total number of consensus proposals applied.", at => at.Node.AppliedIndex);
        _registry.Gauge("etcd_server_proposals_pending", "The current number of pending proposals to commit.", at => at.Node.PendingProposals);
        _registry.DynamicGauge("etcd_debugging_server_alarms", "Alarms for every member in cluster. 1 for 'server_id' label with current ID.",
            at => at.Node.Alarms.Select(alarm => (PrometheusText.Labels(("server_id", HexId.Of(alarm.MemberId)), ("alarm_type", alarm.Alarm)), 1.0)));
    }

    private void AddStoreGauges()
    {
        _registry.Gauge("etcd_debugging_auth_revision", "The current revision of auth store.", at => at.Node.AuthRevision);
        _registry.Gauge("etcd_server_quota_backend_bytes", "Current backend storage quota size in bytes.", at => at.Node.QuotaBytes);
        _registry.Gauge("etcd_mvcc_db_total_size_in_bytes", "Total size of the underlying database physically allocated in bytes.",
            at => at.Node.DbTotalBytes);
        _registry.Gauge("etcd_mvcc_db_total_size_in_use_in_bytes", "Total size of the underlying database logically in use in bytes.",
            at => at.Node.DbInUseBytes);
        _registry.Gauge("etcd_debugging_mvcc_current_revision", "The current revision of store.", at => at.Node.CurrentRevision);
        _registry.Gauge("etcd_debugging_mvcc_compact_revision", "The revision of the last compaction in store.", at => at.Node.CompactRevision);
        _registry.Gauge("etcd_debugging_mvcc_keys_total", "Total number of keys.", at => at.Node.Keys);
        _registry.Gauge("etcd_debugging_mvcc_watch_stream_total", "Total number of watch streams.", at => at.Node.WatchStreams);
        _registry.Gauge("etcd_debugging_mvcc_watcher_total", "Total number of watchers.", at => at.Node.Watchers);
        _registry.Gauge("etcd_debugging_mvcc_slow_watcher_total", "Total number of unsynced slow watchers.", at => at.Node.SlowWatchers);
        _registry.Gauge("etcd_debugging_mvcc_pending_events_total", "Total number of pending events to be sent.", at => at.Node.PendingEvents);
        _registry.Gauge("etcd_disk_defrag_inflight", "Whether or not defrag is active on the member. 1 means active, 0 means not.", _ => 0);
    }

    private void AddIdentity(FeatureGates gates)
    {
        _registry.DynamicGauge("etcd_server_version", "Which version is running. 1 for 'server_version' label with current version.",
            _ => [(PrometheusText.Label("server_version", VersionText.Etcd), 1)]);
        _registry.DynamicGauge("etcd_server_go_version",
            "Which Go version server is running with. 1 for 'server_go_version' label with current version.",
            _ => [(PrometheusText.Label("server_go_version", VersionText.Runtime), 1)]);
        _registry.DynamicGauge("etcd_server_id", "Server or member ID in hexadecimal format. 1 for 'server_id' label with current ID.",
            at => at.Node.MemberId == 0 ? [] : [(PrometheusText.Label("server_id", HexId.Of(at.Node.MemberId)), 1)]);
        _registry.DynamicGauge("etcd_cluster_version", "Which version is running. 1 for 'cluster_version' label with current cluster version",
            at => at.Node.ClusterVersion.Length == 0 ? [] : [(PrometheusText.Label("cluster_version", at.Node.ClusterVersion), 1)]);
        var enabled = FeatureGates.Known.Select(gate => (Labels(gate), One(gates.IsEnabled(gate.Name)))).ToArray();
        _registry.DynamicGauge("etcd_server_feature_enabled", "Whether or not a feature is enabled. 1 is enabled, 0 is not.", _ => enabled);
    }

    private void AddProcess()
    {
        _registry.ReadCounter("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.", at => at.Process.CpuSeconds);
        _registry.Gauge("process_resident_memory_bytes", "Resident memory size in bytes.", at => at.Process.ResidentBytes);
        _registry.Gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.", at => at.Process.VirtualBytes);
        _registry.Gauge("process_virtual_memory_max_bytes", "Maximum amount of virtual memory available in bytes.", at => at.Process.VirtualBytesMax);
        _registry.Gauge("process_open_fds", "Number of open file descriptors.", at => at.Process.OpenFiles);
        _registry.Gauge("process_max_fds", "Maximum number of open file descriptors.", at => at.Process.OpenFilesMax);
        _registry.Gauge("process_start_time_seconds", "Start time of the process since unix epoch in seconds.", at => at.Process.StartTimeSeconds);
        _registry.Gauge("os_fd_used", "The number of used file descriptors.", at => at.Process.OpenFiles);
        _registry.Gauge("os_fd_limit", "The file descriptor limit.", at => at.Process.OpenFilesMax);
    }

    private static string Labels(FeatureGate gate) =>
        PrometheusText.Labels(("name", gate.Name), ("stage", gate.Stage == FeatureStage.Alpha ? "ALPHA" : "BETA"));

    private static double One(bool condition) => condition ? 1 : 0;

    /// <summary>etcd prints ids in lower-case hexadecimal without leading zeros.</summary>
}
