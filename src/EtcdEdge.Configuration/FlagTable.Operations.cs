namespace EtcdEdge.Configuration;

public static partial class FlagTable
{
    private const string NoTracing = "traces are not exported";
    private const string NoRotation = "the server does not rotate its files; use the journal, or logrotate with copytruncate";

    private static Flag[] Monitoring() =>
    [
        Switch("enable-pprof", false, "Serve Go's profiler.")
            .Warns("there is no Go runtime to profile: /debug/pprof answers 404; perf works on the binary"),
        Text("metrics", "basic", "\"basic\", or \"extensive\" to add the latency histogram of every gRPC method."),
        Urls("listen-metrics-urls", "", "More URLs for /metrics and the health checks."),
    ];

    private static Flag[] Logging() =>
    [
        Text("logger", "zap", "Only \"zap\": lines in its format.").Warns("lines are written in zap's format", "capnslog"),
        List("log-outputs", "default", "\"stderr\", \"stdout\", \"systemd/journal\" or files; \"default\" is stderr."),
        Text("log-level", "info", "debug, info, warn, error, panic or fatal."),
        Text("log-format", "json", "json or console.").In("3.6–3.8"),
        Switch("enable-log-rotation", false, "Rotate the log file.").In("3.5–3.8").Warns(NoRotation),
        Text("log-rotation-config-json", """{"maxsize": 100, "maxage": 0, "maxbackups": 0, "localtime": false, "compress": false}""",
            "How to rotate it.")
            .In("3.5–3.8").Warns(NoRotation),
        Text("log-output", "", "Old name of --log-outputs.").In("3.4") with { AliasOf = "log-outputs" },
        Text("log-package-levels", "", "Levels by Go package.").In("3.4").Warns("there are no Go packages; --log-level counts for all lines"),
        Switch("debug", false, "Same as --log-level=debug.").In("3.4"),
        Duration("warning-unary-request-duration", "300ms", "A unary call that takes longer is logged.").In("3.6–3.8"),
    ];

    private static Flag[] Tracing() =>
    [
        .. from flag in (Flag[])
        [
            Switch("enable-distributed-tracing", false, "Export OpenTelemetry traces."),
            Text("distributed-tracing-address", "localhost:4317", "Where to."),
            Text("distributed-tracing-service-name", "etcd", "Under which service."),
            Text("distributed-tracing-instance-id", "", "Under which instance."),
            Integer("distributed-tracing-sampling-rate", "0", "How many of a million."),
        ]
        select flag.In("3.6–3.8").Warns(NoTracing)
    ];

    private static Flag[] Features() =>
    [
        Duration("corrupt-check-time", "0s", "Interval at which the leader compares its data with the others'; 0 is off.").In("3.6–3.8"),
        Duration("compact-hash-check-time", "1m", "Interval at which the leader compares what compactions left (gate CompactHashCheck).")
            .In("3.6–3.8"),
        Integer("compaction-batch-limit", "1000", "Most revisions a compaction removes at a time.").In("3.6–3.8"),
        Duration("compaction-sleep-interval", "10ms", "Pause between two such batches.").In("3.6–3.8"),
        Duration("watch-progress-notify-interval", "10m", "How often idle watchers are told the revision.").In("3.6–3.8"),
        Duration("warning-apply-duration", "100ms", "An apply that takes longer is logged.").In("3.6–3.8"),
        Count("bootstrap-defrag-threshold-megabytes", "0", "Defragment at start if that much is freed.").In("3.6–3.8")
            .Warns("memory holds no holes to close, so there is nothing to defragment"),
        Duration("downgrade-check-time", "5s", "Interval of downgrade checks.").In("3.6–3.8")
            .Warns("a downgrade is noted, not watched over: the way down is a snapshot and etcd's own binary"),
    ];

    private static Flag[] Own() =>
    [
        Count("wal-segment-bytes", "8388608", "Bytes of one log segment, a multiple of 1 MiB.").In("EtcdEdge"),
        Switch("wal-accept-loss", false,
            "Start a single member whose log is damaged: the log is cut there, and acknowledged writes behind it are lost.")
            .In("EtcdEdge"),
        Count("checkpoint-log-bytes", "33554432",
            "Growth of the log that makes a checkpoint due; the log holds about twice as much, at most eight times.").In("EtcdEdge"),
        Duration("checkpoint-interval", "5m", "Time after which a checkpoint is written, if the log has grown by much more than it costs.")
            .In("EtcdEdge"),
        Count("wal-page-bytes", "4096", "Bytes of one log page: 4096, 8192 or 16384; the card's own page is best.").In("EtcdEdge"),
    ];

    private static Flag[] Unsafe() =>
    [
        Switch("force-new-cluster", false, "Make a one-member cluster out of this member's data."),
        Switch("unsafe-no-fsync", false, "Do not flush writes.").Warns("every write is flushed before it is acknowledged, always"),
    ];
}
