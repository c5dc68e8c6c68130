using EtcdEdge.Configuration;
using EtcdEdge.Server.Logging;
using Microsoft.Extensions.Logging;
using Xunit;

namespace EtcdEdge.Server.Tests.Configuration;

/// <summary>Goal: flags, environment and file mean what they mean to etcd. Method: load, look at options, warnings and problems.</summary>
public sealed class ServerConfigurationTests
{
    private static readonly string[] s_kubeadm =
    [
        "--name=node", "--feature-gates=InitialCorruptCheck=true", "--listen-client-urls=http://127.0.0.1:2379,http://10.0.0.1:2379",
        "--advertise-client-urls=http://10.0.0.1:2379", "--listen-peer-urls=http://10.0.0.1:2380",
        "--initial-advertise-peer-urls=http://10.0.0.1:2380",
        "--data-dir=/var/lib/etcd", "--snapshot-count=10000", "--listen-metrics-urls=http://127.0.0.1:2381", "--watch-progress-notify-interval=5s",
        "--initial-cluster=node=http://10.0.0.1:2380",
    ];

    [Fact]
    public void Nothing_given_is_etcds_defaults()
    {
        var loaded = Load([]);
        Assert.Empty(loaded.Problems);
        Assert.Empty(loaded.Warnings);
        Assert.Equal("default.etcd", loaded.Options.DataDir);
        Assert.Equal("http://localhost:2379", loaded.Options.Listen.ClientUrls.Single().ToString());
        Assert.Equal("default=http://localhost:2380", InitialCluster.Format(loaded.Options.Cluster.InitialMembers));
        Assert.Equal(10, loaded.Options.Raft.ElectionTicks);
        Assert.Equal(TimeSpan.FromSeconds(7), loaded.Options.Raft.RequestTimeout);
        Assert.Equal(2L << 30, loaded.Options.Requests.QuotaBackendBytes);
    }

    [Fact]
    public void What_kubeadm_passes_is_honoured_without_a_warning()
    {
        var loaded = Load(s_kubeadm);
        Assert.Empty(loaded.Problems);
        Assert.Empty(loaded.Warnings);
        Assert.True(loaded.Options.FeatureGates.IsEnabled("InitialCorruptCheck"));
        Assert.Equal(TimeSpan.FromSeconds(5), loaded.Options.WatchProgressNotifyInterval);
        Assert.Equal("http://127.0.0.1:2381", loaded.Options.Listen.MetricsUrls.Single().ToString());
    }

    [Fact]
    public void Go_flag_syntax_is_understood_in_all_its_forms()
    {
        var loaded = Load(["-name", "a", "--data-dir=d", "--pre-vote=false", "-socket-reuse-port", "--max-txn-ops", "9", "--max-txn-ops=10", "--"]);
        Assert.Empty(loaded.Problems);
        Assert.Equal(("a", "d", false, true, 10), (loaded.Options.Name, loaded.Options.DataDir, loaded.Options.Raft.PreVote,
            loaded.Options.Listen.ReusePort, loaded.Options.Requests.MaxTxnOps));
    }

    [Fact]
    public void Several_mistakes_are_told_together()
    {
        var loaded = Load(["--nmae=a", "--max-txn-ops=x", "--election-timeout=400", "--listen-peer-urls=ftp://a:1", "--proxy=on", "stray"]);
        Assert.Equal(
        [
            "flag provided but not defined: --nmae, did you mean --name?",
            "invalid value \"x\" for --max-txn-ops: parse error",
            "invalid value \"ftp://a:1\" for --listen-peer-urls: URL scheme must be http, https, unix, or unixs: ftp://a:1",
            "\"stray\" is not a valid flag",
            "--proxy is refused: the v2 proxy is gone since 3.6; clients connect to the members",
            "--election-timeout[400ms] should be at least as 5 times as --heartbeat-interval[100ms]",
        ],
        loaded.Problems);
    }

    [Fact]
    public void A_flag_without_its_value_is_told() => Assert.Equal(["flag needs an argument: --name"], Load(["--name"]).Problems);

    [Theory]
    [InlineData("--help", StartAction.PrintHelp)]
    [InlineData("-h", StartAction.PrintHelp)]
    [InlineData("--version", StartAction.PrintVersion)]
    [InlineData("--version=false", StartAction.Serve)]
    public void Help_and_version_are_asked_for(string argument, StartAction action) => Assert.Equal(action, Load([argument]).Action);

    [Fact]
    public void The_version_begins_as_etcds_does() => Assert.StartsWith("etcd Version: 3.6.", VersionText.Render());

    [Fact]
    public void A_flag_wins_over_its_variable_and_says_so()
    {
        var loaded = Load(["--name=flag"], ("ETCD_NAME", "variable"), ("ETCD_DATA_DIR", "d"), ("ETCD_NMAE", "x"), ("ETCDCTL_API", "3"),
            ("ETCD_MAX_TXN_OPS", ""));
        Assert.Equal(("flag", "d", 128), (loaded.Options.Name, loaded.Options.DataDir, loaded.Options.Requests.MaxTxnOps));
        Assert.Equal(["ETCD_NAME is ignored: --name is given on the command line",
            "unrecognized environment variable ETCD_NMAE, did you mean ETCD_NAME?"],
            loaded.Warnings);
    }

    [Fact]
    public void A_file_makes_flags_and_variables_be_ignored_with_a_warning()
    {
        var loaded = LoadFile("name: file\nheartbeat-interval: 50\n", ["--config-file=c.yml", "--name=flag"], ("ETCD_DATA_DIR", "d"));
        Assert.Equal(("file", "file.etcd"), (loaded.Options.Name, loaded.Options.DataDir));
        Assert.Equal(TimeSpan.FromMilliseconds(50), loaded.Options.Raft.HeartbeatInterval);
        Assert.Equal(["ignored because c.yml is the configuration: --name, ETCD_DATA_DIR"], loaded.Warnings);
        Assert.Empty(loaded.Problems);
    }

    [Fact]
    public void The_file_may_be_named_by_the_environment() =>
        Assert.Equal("file", LoadFile("{\"name\": \"file\"}", [], ("ETCD_CONFIG_FILE", "c.json")).Options.Name);

    [Fact]
    public void Durations_in_the_file_are_nanoseconds_and_strings_are_understood_too()
    {
        var loaded = LoadFile("""
            watch-progress-notify-interval: 600000000000
            grpc-keepalive-interval: "5m"
            auto-compaction-retention: "1h"
            election-timeout: 2000
            """, ["--config-file=c"]);
        Assert.Equal(TimeSpan.FromMinutes(10), loaded.Options.WatchProgressNotifyInterval);
        Assert.Equal(TimeSpan.FromMinutes(5), loaded.Options.KeepAlive.Interval);
        Assert.Equal(TimeSpan.FromHours(1), loaded.Options.Compaction.RetentionPeriod);
        Assert.Equal(TimeSpan.FromSeconds(2), loaded.Options.Raft.ElectionTimeout);
        Assert.Empty(loaded.Problems);
    }

    [Fact]
    public void Nested_keys_lists_and_nulls_of_the_file_are_read()
    {
        var loaded = LoadFile("""
            log-outputs: [stderr]
            initial-cluster-token: null
            socket-options:
              reuse-port: true
            client-transport-security:
              cert-file: /c.pem
              client-cert-auth: true
            peer-transport-security:
              allowed-cn: [a, b]
            """, ["--config-file=c"]);
        Assert.Equal(["stderr"], loaded.Options.Log.Outputs);
        Assert.Equal("etcd-cluster", loaded.Options.Cluster.InitialClusterToken);
        Assert.True(loaded.Options.Listen.ReusePort);
        Assert.Equal(("/c.pem", true), (loaded.Options.ClientTls.CertFile, loaded.Options.ClientTls.ClientCertAuth));
        Assert.Equal(["a", "b"], loaded.Options.PeerTls.AllowedCommonNames);
        Assert.Empty(loaded.Warnings);
    }

    [Fact]
    public void An_unknown_key_is_told_with_its_line_and_the_nearest_key() =>
        Assert.Equal(["c:2: unknown key data_dir is ignored, did you mean data-dir?"],
            LoadFile("name: a\ndata_dir: b\n", ["--config-file=c"]).Warnings);

    [Theory]
    [InlineData("- a\n", "c: the configuration must be a mapping of keys to values")]
    [InlineData("name: [a\n", "c:2: ")]
    [InlineData("name: {a: b}\n", "name in c:1 must be a plain value")]
    [InlineData("pre-vote: maybe\n", "invalid value \"maybe\" for pre-vote in c:1: parse error")]
    public void A_broken_file_is_told_in_one_line(string content, string beginning)
    {
        var problem = Assert.Single(LoadFile(content, ["--config-file=c"]).Problems);
        Assert.StartsWith(beginning, problem);
        Assert.DoesNotContain('\n', problem);
    }

    [Fact]
    public void A_missing_file_is_told() =>
        Assert.StartsWith("--config-file /no/such/file cannot be read: ", Assert.Single(Load(["--config-file=/no/such/file"]).Problems));

    [Fact]
    public void Old_names_read_as_the_flags_they_became()
    {
        var loaded = Load(["--experimental-watch-progress-notify-interval=5s", "--experimental-initial-corrupt-check=true", "--debug", "-v"]);
        Assert.Equal(TimeSpan.FromSeconds(5), loaded.Options.WatchProgressNotifyInterval);
        Assert.True(loaded.Options.FeatureGates.IsEnabled("InitialCorruptCheck"));
        Assert.Equal(LogLevel.Debug, loaded.Options.Log.Level);
        Assert.Contains("--experimental-watch-progress-notify-interval is deprecated: it reads as --watch-progress-notify-interval", loaded.Warnings);
        Assert.Contains("--v has no effect: etcd ignores it too", loaded.Warnings);
        Assert.Empty(loaded.Problems);
    }

    [Theory]
    [InlineData("--unsafe-no-fsync", "--unsafe-no-fsync has no effect: every write is flushed before it is acknowledged, always")]
    [InlineData("--enable-pprof=true",
        "--enable-pprof has no effect: there is no Go runtime to profile: /debug/pprof answers 404; perf works on the binary")]
    public void A_flag_that_is_not_followed_says_what_happens_instead(string argument, string warning) =>
        Assert.Equal([warning], Load([argument]).Warnings);

    [Theory]
    [InlineData("--unsafe-no-fsync=false")]
    [InlineData("--snapshot-count=100000")]
    [InlineData("--discovery-fallback=exit")]
    [InlineData("--force-new-cluster=0")]
    [InlineData("--logger=zap")]
    public void Asking_for_what_happens_anyway_needs_no_words(string argument)
    {
        var loaded = Load([argument]);
        Assert.Empty(loaded.Warnings);
        Assert.Empty(loaded.Problems);
    }

    [Theory]
    [InlineData("periodic", "1", 3600, 0)]
    [InlineData("periodic", "5m", 300, 0)]
    [InlineData("revision", "1000", 0, 1000)]
    [InlineData("periodic", "0", 0, 0)]
    public void Auto_compaction_reads_as_in_etcd(string mode, string retention, int seconds, long revisions)
    {
        var options = Load([$"--auto-compaction-mode={mode}", $"--auto-compaction-retention={retention}"]).Options.Compaction;
        Assert.Equal((TimeSpan.FromSeconds(seconds), revisions), (options.RetentionPeriod, options.RetentionRevisions));
        Assert.Equal(seconds + revisions > 0, options.IsOn);
    }

    [Theory]
    [InlineData("0", 8L << 30, 2L << 30)]
    [InlineData("0", 1L << 30, 1L << 28)]
    [InlineData("-1", 1L << 30, 0)]
    [InlineData("100000000", 1L << 30, 100_000_000)]
    public void The_quota_is_two_gibibytes_or_a_quarter_of_memory(string flag, long memory, long quota) =>
        Assert.Equal(quota, ServerConfiguration.Load([$"--quota-backend-bytes={flag}"],
            new HostEnvironment { MemoryBytes = memory }).Options.Requests.QuotaBackendBytes);

    [Theory]
    [InlineData("--listen-client-urls=http://127.0.0.1:1", "--advertise-client-urls is required when --listen-client-urls is set explicitly")]
    [InlineData("--listen-peer-urls=http://node:1", "expected IP in URL for binding (http://node:1)")]
    [InlineData("--heartbeat-interval=0", "--heartbeat-interval must be >0 (set to 0ms)")]
    [InlineData("--election-timeout=60000", "--election-timeout[60000ms] is too long, and should be set less than 50000ms")]
    [InlineData("--initial-cluster=other=http://localhost:2380",
        "couldn't find local name \"default\" in the initial cluster configuration; --name must be one of the names in --initial-cluster")]
    [InlineData("--initial-cluster=default=http://localhost:9",
        "--initial-cluster has default=http://localhost:9 but missing from --initial-advertise-peer-urls=http://localhost:2380")]
    [InlineData("--listen-metrics-urls=https://127.0.0.1:1",
        "client TLS key/cert (--cert-file, --key-file) must be provided for metrics secure url")]
    [InlineData("--initial-cluster-state=old", "invalid value \"old\" for --initial-cluster-state: must be one of new, existing")]
    [InlineData("--auto-compaction-retention=soon", "error parsing CompactionRetention: --auto-compaction-retention \"soon\" is not a duration")]
    [InlineData("--feature-gates=Nope=true", "invalid value \"Nope=true\" for --feature-gates: unrecognized feature gate: Nope")]
    [InlineData("--wal-page-bytes=5000", "--wal-page-bytes must be 4096, 8192 or 16384 (set to 5000)")]
    [InlineData("--log-outputs=default,stdout", "multi logoutput for \"default\" is not supported yet")]
    [InlineData("--max-request-bytes=0", "--max-request-bytes must be between 1 and 67108864 (set to 0)")]
    [InlineData("--discovery-srv=example", "--discovery-srv is refused: discovery is not served; name the members in --initial-cluster")]
    public void What_cannot_be_served_is_refused_in_one_line(string argument, string problem) => Assert.Equal([problem], Load([argument]).Problems);

    [Fact]
    public void With_data_nobody_asks_how_the_cluster_was_founded() =>
        Assert.Empty(ServerConfiguration.Load(
            ["--name=renamed", "--initial-cluster=other=http://localhost:9"], new HostEnvironment { HasMember = path => path == "renamed.etcd" })
                .Problems);

    [Theory]
    [InlineData("--grpc-keepalive-min-time=1s", "pings are answered however often they come")]
    [InlineData("--initial-election-tick-advance=false", "a member that is alone stands for election at once")]
    public void What_is_read_and_not_followed_is_told(string argument, string instead) =>
        Assert.Contains(instead, Assert.Single(Load([argument]).Warnings), StringComparison.Ordinal);

    [Fact]
    public void A_cluster_of_three_is_taken_as_it_is_named()
    {
        var loaded = Load(["--initial-cluster=default=http://localhost:2380,b=http://b:2380,c=http://c:2380"]);
        Assert.Empty(loaded.Problems);
        Assert.Equal(3, loaded.Options.Cluster.InitialMembers.Count);
    }

    [Fact]
    public void Listening_everywhere_advertises_the_default_routes_address()
    {
        var machine = new HostEnvironment { DefaultHost = () => "10.1.2.3" };
        var loaded = ServerConfiguration.Load(["--listen-peer-urls=http://0.0.0.0:2380"], machine);
        Assert.Equal("http://10.1.2.3:2380", UrlList.Format(loaded.Options.Cluster.AdvertisePeerUrls));
        Assert.Equal("default=http://10.1.2.3:2380", InitialCluster.Format(loaded.Options.Cluster.InitialMembers));
        Assert.Single(loaded.Warnings);
        Assert.Empty(loaded.Problems);
    }

    [Fact]
    public void Passwords_stay_out_of_messages() =>
        Assert.DoesNotContain("hunter2",
            string.Join('\n', LoadFile("discovery-config: {client: {auth: {password: hunter2}}}", ["--config-file=c"]).Warnings));

    [Fact]
    public void A_gate_that_is_named_wins_over_its_stage()
    {
        Assert.True(FeatureGates.TryParse("LeaseCheckpoint=false,AllAlpha=true", out var gates, out _));
        Assert.True(gates.IsEnabled("PriorityRequest"));
        Assert.False(gates.IsEnabled("LeaseCheckpoint"));
        Assert.True(gates.IsEnabled("FastLeaseKeepAlive"));
    }

    private static ServerConfiguration Load(string[] arguments, params (string Name, string Value)[] environment) =>
        ServerConfiguration.Load(arguments, new HostEnvironment { Environment = environment.ToDictionary(pair => pair.Name, pair => pair.Value) });

    private static ServerConfiguration LoadFile(string content, string[] arguments, params (string Name, string Value)[] environment) =>
        ServerConfiguration.Load(arguments,
            new HostEnvironment { Environment = environment.ToDictionary(pair => pair.Name, pair => pair.Value), ReadFile = _ => content });
}
