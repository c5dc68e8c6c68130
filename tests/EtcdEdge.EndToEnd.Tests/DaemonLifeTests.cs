using System.Net.Sockets;
using System.Text;
using EtcdEdge.Testing;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

/// <summary>
/// Goal: whoever starts the daemon, by hand, by systemd, by kubeadm or with a file as k3s does, gets what etcd would give. Method: the published
/// binary as a child process.
/// </summary>
public sealed class DaemonLifeTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("etcdedge-life-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Its_version_comes_first_as_tools_read_it()
    {
        var done = await Command.RunAsync(Binaries.Server, ["--version"]);
        Assert.Equal(0, done.ExitCode);
        Assert.Matches(@"^etcd Version: 3\.\d+\.\d+\nGit SHA: .+\nGo Version: .+\nGo OS/Arch: linux/\w+\n", done.Output);
    }

    [Fact]
    public async Task Help_names_the_flags_and_succeeds()
    {
        var done = await Command.RunAsync(Binaries.Server, ["--help"]);
        Assert.Equal(0, done.ExitCode);
        Assert.Contains("--listen-client-urls", done.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_that_is_wrong_with_the_flags_is_told_at_once()
    {
        Assert.SkipWhen(Binaries.ServerIsEtcd, "etcd ends at the first");
        var done = await Command.RunAsync(Binaries.Server, ["--bogus=1", "--election-timeout=50", "--auto-compaction-retention=soon"]);
        Assert.Equal(1, done.ExitCode);
        Assert.Contains("flag provided but not defined: --bogus", done.Error, StringComparison.Ordinal);
        Assert.Contains("--election-timeout[50ms] should be at least as 5 times as --heartbeat-interval[100ms]", done.Error,
            StringComparison.Ordinal);
        Assert.Contains("error parsing CompactionRetention", done.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Systemd_hears_when_it_is_ready_and_when_it_stops()
    {
        var path = Path.Combine(_directory, "notify");
        using var supervisor = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        supervisor.Bind(new UnixDomainSocketEndPoint(path));
        await using var daemon = new Daemon(Binaries.Server, launcher: ["env", $"NOTIFY_SOCKET={path}"]);
        daemon.Start();
        Assert.Contains("READY=1", await HearAsync(supervisor), StringComparison.Ordinal);
        await daemon.WaitReadyAsync();
        await daemon.StopAsync();
        if (!Binaries.ServerIsEtcd)
        {
            Assert.Contains("STOPPING=1", await HearAsync(supervisor), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_systemd_that_does_not_listen_is_no_reason_to_end()
    {
        await using var daemon = new Daemon(Binaries.Server, launcher: ["env", $"NOTIFY_SOCKET={_directory}/nobody"]);
        await daemon.StartAsync();
        await daemon.StopAsync();
        Assert.Contains(daemon.Log, line => line.Contains("failed to notify systemd", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wanted_stop_succeeds_and_is_told()
    {
        await using var daemon = new Daemon(Binaries.Server);
        await daemon.StartAsync();
        await daemon.StopAsync();
        Assert.SkipWhen(Binaries.ServerIsEtcd, "etcd ends by the signal itself");
        Assert.Equal(0, daemon.ExitCode);
        Assert.Contains(daemon.Log, line => line.Contains("received signal; shutting down", StringComparison.Ordinal));
        Assert.Contains(daemon.Log, line => line.Contains("closed server", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Variables_count_where_no_flag_is_given()
    {
        await using var daemon = new Daemon(Binaries.Server, launcher: ["env", "ETCD_QUOTA_BACKEND_BYTES=123456789"]);
        await daemon.StartAsync();
        Assert.Matches(@"etcd_server_quota_backend_bytes (123456789|1\.23456789e\+08)\n", await GetAsync($"{daemon.ClientUrl}/metrics"));
    }

    [Fact]
    public async Task A_file_as_k3s_writes_it_is_the_whole_configuration()
    {
        var file = Path.Combine(_directory, "config");
        await using var daemon = new Daemon(Binaries.Server, flags: [$"--config-file={file}"]);
        var metricsPort = Ports.Free();
        await File.WriteAllTextAsync(file, K3sFile(daemon, metricsPort), TestContext.Current.CancellationToken);
        await daemon.StartAsync();
        Assert.Contains("\"health\":\"true\"", await GetAsync($"http://127.0.0.1:{metricsPort}/health"), StringComparison.Ordinal);
        var members = await new EtcdCtl("3.5", daemon).RunAsync("member", "list");
        Assert.Contains("k3s-1", members, StringComparison.Ordinal);
    }

    // The flags of kubeadm's static pod, as far as they do not ask for TLS.
    [Fact]
    public async Task The_command_line_of_a_static_pod_starts_it()
    {
        var (metricsPort, peerPort) = (Ports.Free(), Ports.Free());
        await using var daemon = new Daemon(Binaries.Server, flags:
        [
            "--name=master", "--snapshot-count=10000", "--experimental-initial-corrupt-check=true",
                "--experimental-watch-progress-notify-interval=5s",
            $"--listen-metrics-urls=http://127.0.0.1:{metricsPort}", $"--initial-cluster=master=http://127.0.0.1:{peerPort}",
        ])
        { PeerPort = peerPort };
        await daemon.StartAsync();
        Assert.Contains("\"health\":\"true\"", await GetAsync($"http://127.0.0.1:{metricsPort}/health"), StringComparison.Ordinal);
    }

    private static string K3sFile(Daemon daemon, int metricsPort) => $"""
        advertise-client-urls: {daemon.ClientUrl}
        data-dir: {daemon.DataDirectory}
        election-timeout: 5000
        experimental-initial-corrupt-check: true
        experimental-watch-progress-notify-interval: 5000000000
        heartbeat-interval: 500
        initial-advertise-peer-urls: http://127.0.0.1:{daemon.PeerPort}
        initial-cluster: k3s-1=http://127.0.0.1:{daemon.PeerPort}
        initial-cluster-state: new
        listen-client-urls: {daemon.ClientUrl}
        listen-metrics-urls: http://127.0.0.1:{metricsPort}
        listen-peer-urls: http://127.0.0.1:{daemon.PeerPort}
        log-outputs:
        - stderr
        logger: zap
        name: k3s-1
        snapshot-count: 10000
        socket-options:
          reuse-address: true
          reuse-port: true
        """ + "\n";

    private static async Task<string> HearAsync(Socket supervisor)
    {
        var buffer = new byte[4096];
        var length = await supervisor.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    private static async Task<string> GetAsync(string url)
    {
        using var client = new HttpClient();
        return await client.GetStringAsync(new Uri(url), TestContext.Current.CancellationToken);
    }
}
