namespace EtcdEdge.Configuration;

public static partial class FlagTable
{
    private static Flag[] Member() =>
    [
        Text("name", "default", "This member's name."),
        Text("data-dir", "", "Directory of this member's data; ${name}.etcd if not given."),
        Text("wal-dir", "", "Separate directory for the log."),
        Count("snapshot-count", "10000", "Applied entries after which a snapshot is due.")
            .Warns("checkpoints are due by time and by the log's size, not by a count of entries", "100000"),
        Milliseconds("heartbeat-interval", "100", "Milliseconds between a leader's heartbeats."),
        Milliseconds("election-timeout", "1000", "Milliseconds without a leader before an election; unless it or the heartbeat interval is "
            + "given, slow links and disks raise it, up to 5 s."),
        Switch("initial-election-tick-advance", true, "Skip most of the first election timeout at start.")
            .Warns("a member that is alone stands for election at once, one of several waits for its whole election timeout"),
        Urls("listen-peer-urls", "http://localhost:2380", "URLs to listen on for other members."),
        Urls("listen-client-urls", "http://localhost:2379",
            "URLs to listen on for clients: gRPC, and HTTP unless --listen-client-http-urls is given."),
        Urls("listen-client-http-urls", "", "URLs to listen on for HTTP only; takes HTTP off --listen-client-urls."),
        Count("max-snapshots", "5", "Snapshot files to keep.").In("3.4–3.7")
            .Warns("there are two checkpoint files, the newest and the one before it"),
        Count("max-wals", "5", "Log files to keep.")
            .Warns("log segments are recycled once a durable checkpoint covers them"),
        Switch("memory-mlock", false, "Lock the store's pages in memory.").In("3.6–3.8")
            .Warns("pages are not locked; switch swap off (swapoff, or MemorySwapMax=0 in the unit) to keep the store in memory"),
        Integer("quota-backend-bytes", "0",
            "Bytes of store that raise the NOSPACE alarm. 0: 2 GiB or a quarter of RAM, the smaller; negative: none."),
        Text("backend-bbolt-freelist-type", "map", "bbolt's free list.").In("3.5–3.8")
            .Warns("there is no bbolt file", "array"),
        Duration("backend-batch-interval", "100ms", "Longest time before a backend transaction is committed.")
            .Warns("there is no backend transaction: every write is flushed with its group before it is acknowledged", "", "0", "0s"),
        Integer("backend-batch-limit", "10000", "Most operations in a backend transaction.")
            .Warns("there is no backend transaction: every write is flushed with its group before it is acknowledged", "0"),
        Count("max-txn-ops", "128", "Most operations in one transaction."),
        Count("max-request-bytes", "1572864", "Largest request in bytes."),
        new("max-concurrent-streams", FlagKind.Count32, "4294967295", "Most HTTP/2 streams on one connection."),
        Switch("enable-grpc-gateway", true, "Serve the JSON gateway."),
        Duration("grpc-keepalive-min-time", "5s", "Shortest interval at which a client may ping.")
            .Warns("pings are answered however often they come"),
        Duration("grpc-keepalive-interval", "2h", "Interval of pings on idle client connections; 0 is never."),
        Duration("grpc-keepalive-timeout", "20s", "Time an unanswered ping has before its connection is closed; 0 is for ever."),
        Switch("socket-reuse-port", false, "Set SO_REUSEPORT on listeners.").In("3.5–3.8").Key("socket-options.reuse-port"),
        Switch("socket-reuse-address", false, "Set SO_REUSEADDR on listeners.").In("3.5–3.8").Key("socket-options.reuse-address")
            .Warns("SO_REUSEADDR is always set", "true"),
        Duration("raft-read-timeout", "5s", "Read timeout of peer connections.").In("3.5–3.8").Key("")
            .Warns("peer connections have their own liveness checks"),
        Duration("raft-write-timeout", "5s", "Write timeout of peer connections.").In("3.5–3.8").Key("")
            .Warns("peer connections have their own liveness checks"),
        new Flag("feature-gates", FlagKind.FeatureGates, "", "Features to switch, A=true,B=false.").In("3.6–3.8"),
        Text("config-file", "", "A YAML or JSON file to read; every other flag and ETCD_ variable is then ignored.").Key(""),
        Switch("version", false, "Print the version and exit.").Key(""),
    ];
}
