using System.Security.Authentication;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Configuration;

/// <summary>Turns settings into options, with etcd's defaults that depend on other settings.</summary>
public sealed class OptionsBuilder(Settings settings, HostEnvironment machine, bool fromFile)
{
    public ServerOptions Build()
    {
        var name = settings.Text("name");
        return new ServerOptions
        {
            Name = name,
            DataDir = settings.Text("data-dir") is { Length: > 0 } directory ? directory : name + ".etcd",
            WalDir = settings.Text("wal-dir") is { Length: > 0 } walDirectory ? walDirectory : null,
            Listen = Listen(),
            Cluster = Cluster(name),
            Raft = Raft(),
            Requests = Requests(),
            KeepAlive = KeepAlive(),
            Compaction = Compaction(),
            Corruption = new()
            {
                CheckInterval = settings.Duration("corrupt-check-time"),
                CompactHashInterval = settings.Duration("compact-hash-check-time"),
            },
            Wal = new()
            {
                SegmentBytes = Int("wal-segment-bytes"),
                PageBytes = Int("wal-page-bytes"),
                AcceptLoss = settings.Bool("wal-accept-loss"),
            },
            Checkpoint = new() { LogBytes = (long)settings.Number("checkpoint-log-bytes"), Interval = settings.Duration("checkpoint-interval") },
            Log = Log(),
            Http = Http(),
            Auth = new() { Token = settings.Text("auth-token"), TokenTtl = Seconds("auth-token-ttl"), BcryptCost = Int("bcrypt-cost") },
            ClientTls = ClientTls(),
            PeerTls = PeerTls(),
            TlsPolicy = TlsPolicy(),
            FeatureGates = Gates(),
            Metrics = OneOf("metrics", ("basic", MetricsDetail.Basic), ("extensive", MetricsDetail.Extensive)),
            WatchProgressNotifyInterval = settings.Duration("watch-progress-notify-interval"),
            WarningApplyDuration = settings.Duration("warning-apply-duration"),
            WarningUnaryRequestDuration = OrDefault("warning-unary-request-duration"),
        };
    }

    private ListenOptions Listen() => new()
    {
        PeerUrls = settings.Urls("listen-peer-urls"),
        ClientUrls = settings.Urls("listen-client-urls"),
        ClientHttpUrls = settings.Urls("listen-client-http-urls"),
        MetricsUrls = settings.Urls("listen-metrics-urls"),
        ReusePort = settings.Bool("socket-reuse-port"),
    };

    private ClusterOptions Cluster(string name)
    {
        var peerUrls = Advertised("initial-advertise-peer-urls", "listen-peer-urls");
        return new()
        {
            AdvertisePeerUrls = peerUrls,
            AdvertiseClientUrls = AdvertisedToClients(),
            InitialMembers = InitialMembers(name, peerUrls),
            InitialClusterToken = settings.Text("initial-cluster-token"),
            InitialClusterState = OneOf("initial-cluster-state", ("new", InitialClusterState.New), ("existing", InitialClusterState.Existing)),
            StrictReconfigCheck = settings.Bool("strict-reconfig-check"),
            MaxLearners = Int("max-learners"),
            ForceNewCluster = settings.Bool("force-new-cluster"),
        };
    }

    /// <summary>Without a file, listening elsewhere than by default makes the advertised URLs the operator's duty (etcdmain/config.go).</summary>
    private IReadOnlyList<ListenUrl> AdvertisedToClients() =>
        !fromFile && settings.IsGiven("listen-client-urls") && !settings.IsGiven("advertise-client-urls")
            ? []
            : Advertised("advertise-client-urls", "listen-client-urls");

    /// <summary>
    /// A member that listens on every interface and advertises no URL advertises the default route's address (UpdateDefaultClusterFromName).
    /// </summary>
    private IReadOnlyList<ListenUrl> Advertised(string advertise, string listen)
    {
        var urls = settings.Urls(advertise);
        var listened = settings.Urls(listen);
        if (settings.IsGiven(advertise) || listened is not [{ IsAnyAddress: true } any, ..] || machine.DefaultHost() is not { } host)
        {
            return urls;
        }

        settings.Warnings.Add($"--{advertise} is not given: {host}, the address of the default route, is used; "
            + "give it, so that it does not change with the network");
        return [any with { Host = host }];
    }

    /// <summary>Unless the operator names the members, this one is alone.</summary>
    private IReadOnlyList<InitialMember> InitialMembers(string name, IReadOnlyList<ListenUrl> peerUrls)
    {
        if (!settings.IsGiven("initial-cluster"))
        {
            return [new InitialMember(name, peerUrls)];
        }

        if (!InitialCluster.TryParse(settings.Text("initial-cluster"), out var members, out var complaint))
        {
            settings.Problems.Add($"invalid value \"{settings.Text("initial-cluster")}\" for {settings.Origin("initial-cluster")}: {complaint}");
        }

        return members;
    }

    private HttpOptions Http() => new()
    {
        Cors = settings.List("cors"),
        HostWhitelist = settings.List("host-whitelist"),
        GrpcGateway = settings.Bool("enable-grpc-gateway"),
        EnableV2 = settings.Bool("enable-v2"),
    };

    private RaftOptions Raft() => new()
    {
        HeartbeatInterval = Milliseconds("heartbeat-interval"),
        ElectionTimeout = Milliseconds("election-timeout"),
        AdaptElectionTimeout = !settings.IsGiven("election-timeout") && !settings.IsGiven("heartbeat-interval"),
        PreVote = settings.Bool("pre-vote"),
        SnapshotCatchupEntries = (ulong)settings.Number("snapshot-catchup-entries"),
    };

    private RequestOptions Requests() => new()
    {
        MaxRequestBytes = Int("max-request-bytes"),
        MaxTxnOps = Int("max-txn-ops"),
        MaxConcurrentStreams = (uint)settings.Number("max-concurrent-streams"),
        QuotaBackendBytes = Quota(),
    };

    private long Quota()
    {
        var given = (long)settings.Number("quota-backend-bytes");
        if (given > machine.MemoryBytes * ConfigurationLimits.QuotaWarningShareOfMemory)
        {
            settings.Warnings.Add($"--quota-backend-bytes={given} is more than half of this machine's memory ({machine.MemoryBytes} bytes), "
                + "where keys, values and history live");
        }

        return given > 0 ? given : given < 0 ? 0 : Math.Min(ConfigurationLimits.DefaultQuotaBytes, machine.MemoryBytes / 4);
    }

    private KeepAliveOptions KeepAlive() => new()
    {
        Interval = settings.Duration("grpc-keepalive-interval"),
        Timeout = settings.Duration("grpc-keepalive-timeout"),
    };

    private CompactionOptions Compaction()
    {
        var mode = OneOf("auto-compaction-mode", ("periodic", CompactionMode.Periodic), ("revision", CompactionMode.Revision));
        var retention = settings.Text("auto-compaction-retention");
        var options = new CompactionOptions
        {
            Mode = mode,
            BatchLimit = Int("compaction-batch-limit"),
            SleepInterval = settings.Duration("compaction-sleep-interval"),
        };
        // etcd reads a plain number as hours or revisions and anything else as a duration, which in revision mode is its nanoseconds
        // (server/embed/etcd.go parseCompactionRetention); a duration of revisions is refused here instead.
        if (long.TryParse(retention, out var number) && number >= 0 && (mode == CompactionMode.Revision || number <= TimeSpan.MaxValue.TotalHours))
        {
            return mode == CompactionMode.Revision ? options with { RetentionRevisions = number }
                : options with { RetentionPeriod = TimeSpan.FromHours(number) };
        }

        if (mode == CompactionMode.Periodic && GoSyntax.TryParseDuration(retention, out var period) && period >= TimeSpan.Zero)
        {
            return options with { RetentionPeriod = period };
        }

        settings.Problems.Add($"error parsing CompactionRetention: {settings.Origin("auto-compaction-retention")} \"{retention}\" is not a "
            + (mode == CompactionMode.Revision ? "number of revisions" : "duration"));
        return options;
    }

    private LogOptions Log() => new()
    {
        Level = settings.Bool("debug") ? LogLevel.Debug : Level(),
        Format = OneOf("log-format", ("json", LogFormat.Json), ("console", LogFormat.Console)),
        Outputs = settings.List("log-outputs") is { Count: > 0 } outputs ? outputs : ["default"],
    };

    /// <summary>zap's levels; what zap does beyond "error" ends the process, so those are one.</summary>
    private LogLevel Level() => OneOf("log-level",
        ("info", LogLevel.Information),
        ("debug", LogLevel.Debug),
        ("warn", LogLevel.Warning),
        ("error", LogLevel.Error),
        ("dpanic", LogLevel.Critical),
        ("panic", LogLevel.Critical),
        ("fatal", LogLevel.Critical));

    private TlsOptions ClientTls() => new()
    {
        CertFile = settings.Text("cert-file"),
        KeyFile = settings.Text("key-file"),
        ClientCertFile = settings.Text("client-cert-file"),
        ClientKeyFile = settings.Text("client-key-file"),
        ClientCertAuth = settings.Bool("client-cert-auth"),
        TrustedCaFile = settings.Text("trusted-ca-file"),
        CrlFile = settings.Text("client-crl-file"),
        AllowedHostnames = settings.List("client-cert-allowed-hostname"),
        AutoTls = settings.Bool("auto-tls"),
    };

    private TlsOptions PeerTls() => new()
    {
        CertFile = settings.Text("peer-cert-file"),
        KeyFile = settings.Text("peer-key-file"),
        ClientCertFile = settings.Text("peer-client-cert-file"),
        ClientKeyFile = settings.Text("peer-client-key-file"),
        ClientCertAuth = settings.Bool("peer-client-cert-auth"),
        TrustedCaFile = settings.Text("peer-trusted-ca-file"),
        CrlFile = settings.Text("peer-crl-file"),
        AllowedCommonNames = settings.List("peer-cert-allowed-cn"),
        AllowedHostnames = settings.List("peer-cert-allowed-hostname"),
        AutoTls = settings.Bool("peer-auto-tls"),
        SkipClientSanVerification = settings.Bool("peer-skip-client-san-verification"),
    };

    private TlsPolicy TlsPolicy() => new()
    {
        MinVersion = OneOf("tls-min-version", ("TLS1.2", SslProtocols.Tls12), ("TLS1.3", SslProtocols.Tls13)),
        MaxVersion = OneOf("tls-max-version", ("", SslProtocols.None), ("TLS1.2", SslProtocols.Tls12), ("TLS1.3", SslProtocols.Tls13)),
        CipherSuites = settings.List("cipher-suites"),
        SelfSignedValidityYears = Int("self-signed-cert-validity"),
    };

    /// <summary>The gates, then the switches they were before 3.6 where the gate itself is not named.</summary>
    private FeatureGates Gates()
    {
        _ = FeatureGates.TryParse(settings.Text("feature-gates"), out var gates, out _);
        var named = gates.Chosen.Select(gate => gate.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var old in settings.Given.Where(setting => setting.Flag.GateOf.Length > 0))
        {
            var on = FlagValue.Bool(old.Value);
            settings.Warnings.Add($"{old.Origin} is deprecated: it reads as --feature-gates={old.Flag.GateOf}={(on ? "true" : "false")}");
            gates = named.Contains(old.Flag.GateOf) ? gates : gates.With(old.Flag.GateOf, on);
        }

        settings.Warnings.AddRange(GateEffects.Warnings(gates));
        return gates;
    }

    private TimeSpan Milliseconds(string name) => TimeSpan.FromMilliseconds(Int(name));

    private TimeSpan Seconds(string name) => TimeSpan.FromSeconds(Int(name));

    private TimeSpan OrDefault(string name) =>
        settings.Duration(name) is var given && given == TimeSpan.Zero ? FlagValue.Duration(FlagTable.ByName(name)!.Default) : given;

    private int Int(string name)
    {
        var number = settings.Number(name);
        if (number >= int.MinValue && number <= int.MaxValue)
        {
            return (int)number;
        }

        settings.Problems.Add($"invalid value \"{settings.Text(name)}\" for {settings.Origin(name)}: value out of range");
        return (int)FlagValue.Number(FlagTable.ByName(name)!.Default);
    }

    /// <summary>Reads one of a few words; anything else is a problem and reads as the first.</summary>
    private T OneOf<T>(string name, params ReadOnlySpan<(string Word, T Value)> choices)
    {
        var given = settings.Text(name);
        foreach (var (word, value) in choices)
        {
            if (word == given)
            {
                return value;
            }
        }

        var words = new List<string>();
        foreach (var choice in choices)
        {
            words.Add(choice.Word.Length > 0 ? choice.Word : "empty");
        }

        settings.Problems.Add($"invalid value \"{given}\" for {settings.Origin(name)}: must be one of {string.Join(", ", words)}");
        return choices[0].Value;
    }
}
