namespace EtcdEdge.Configuration;

public static partial class FlagTable
{
    private const string NoProxy = "the v2 proxy is gone since 3.6; clients connect to the members";

    private static Flag[] Legacy() =>
    [
        Switch("enable-v2", false, "Serve the v2 API.").In("3.4–3.5"),
        Text("experimental-enable-v2v3", "", "Serve the v2 API from v3 data.").In("3.4–3.5")
            .Refuses("it was an experiment; use --enable-v2, or the v3 API"),
        Text("v2-deprecation", "not-yet", "Phase of the v2 store's end.").In("3.5–3.7")
            .Warns("keys of the v2 store are kept; --enable-v2 alone decides whether they are served", "write-only", "write-only-drop-data", "gone"),
        Switch("next-cluster-version-compatible", false, "Talk to the next version.").In("3.4").Warns("one version is spoken"),
        Text("proxy", "off", "v2 proxy.").In("3.4–3.5").Refuses(NoProxy),
        .. from flag in (Flag[])
        [
            Count("proxy-failure-wait", "5000", "v2 proxy."),
            Count("proxy-refresh-interval", "30000", "v2 proxy."),
            Count("proxy-dial-timeout", "1000", "v2 proxy."),
            Count("proxy-write-timeout", "5000", "v2 proxy."),
            Count("proxy-read-timeout", "0", "v2 proxy."),
        ]
        select flag.In("3.4–3.5").Warns(NoProxy),
        .. Experimental(),
        .. ExperimentalGates(),
        .. Ignored(),
    ];

    /// <summary>Flags that lost the prefix in 3.6: they read as the flag they became.</summary>
    private static IEnumerable<Flag> Experimental() =>
        from row in ((string Name, string Versions)[])
        [
            ("backend-bbolt-freelist-type", "3.4"),
            ("bootstrap-defrag-threshold-megabytes", "3.5–3.6"),
            ("compact-hash-check-time", "3.5–3.6"),
            ("compaction-batch-limit", "3.4–3.6"),
            ("compaction-sleep-interval", "3.5–3.6"),
            ("corrupt-check-time", "3.4–3.6"),
            ("distributed-tracing-address", "3.5–3.6"),
            ("distributed-tracing-instance-id", "3.5–3.6"),
            ("distributed-tracing-sampling-rate", "3.5–3.6"),
            ("distributed-tracing-service-name", "3.5–3.6"),
            ("downgrade-check-time", "3.5–3.6"),
            ("enable-distributed-tracing", "3.5–3.6"),
            ("memory-mlock", "3.5–3.6"),
            ("peer-skip-client-san-verification", "3.4–3.6"),
            ("snapshot-catchup-entries", "3.5–3.6"),
            ("warning-apply-duration", "3.4–3.6"),
            ("warning-unary-request-duration", "3.6"),
            ("watch-progress-notify-interval", "3.4–3.6"),
        ]
        let heir = NamedFlags().First(flag => flag.Name == row.Name)
        let fallback = row.Name == "backend-bbolt-freelist-type" ? "array" : heir.Default
        select new Flag("experimental-" + row.Name, heir.Kind, fallback, $"Old name of --{row.Name}.")
        {
            Versions = row.Versions,
            AliasOf = row.Name,
            // etcd 3.5 spelt this one key differently from its flag (server/embed/config.go).
            ConfigKey = row.Name == "snapshot-catchup-entries" ? "experimental-snapshot-catch-up-entries" : "experimental-" + row.Name,
        };

    private static IEnumerable<Flag> NamedFlags() => [.. Member(), .. Clustering(), .. Security(), .. Logging(), .. Tracing(), .. Features()];

    /// <summary>Switches that became feature gates in 3.6.</summary>
    private static IEnumerable<Flag> ExperimentalGates() =>
        from row in ((string Name, string Gate, string Versions)[])
        [
            ("compact-hash-check-enabled", "CompactHashCheck", "3.5–3.6"),
            ("enable-lease-checkpoint", "LeaseCheckpoint", "3.4–3.6"),
            ("enable-lease-checkpoint-persist", "LeaseCheckpointPersist", "3.4–3.6"),
            ("initial-corrupt-check", "InitialCorruptCheck", "3.4–3.6"),
            ("stop-grpc-service-on-defrag", "StopGRPCServiceOnDefrag", "3.5–3.6"),
            ("txn-mode-write-with-shared-buffer", "TxnModeWriteWithSharedBuffer", "3.5–3.6"),
        ]
        select Switch("experimental-" + row.Name, row.Gate == "TxnModeWriteWithSharedBuffer", $"Old name of feature gate {row.Gate}.")
            .In(row.Versions) with
        { GateOf = row.Gate };

    /// <summary>Flags etcd itself has ignored since 2.x (server/etcdmain/config.go).</summary>
    private static IEnumerable<Flag> Ignored() =>
        from name in (string[])
        [
            "cluster-active-size", "cluster-remove-delay", "cluster-sync-interval", "config", "force", "max-result-buffer", "max-retry-attempts",
            "peer-heartbeat-interval", "peer-election-timeout", "retry-interval", "snapshot", "v", "vv",
        ]
        select new Flag(name, FlagKind.Ignored, "", "Ignored, as in etcd.").Key("").Warns("etcd ignores it too");
}
