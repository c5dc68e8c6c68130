using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace EtcdEdge.Testing;

/// <summary>
/// One etcd-compatible server as a child process: started with flags on ports of its own, awaited until it answers, stopped or killed,
/// started again on the same data. EtcdEdge and etcd take the same flags, so that every test can be tried on both.
/// </summary>
internal sealed class Daemon : IAsyncDisposable
{
    private const int SignalTerm = 15;
    private const int SignalContinue = 18;
    private const int SignalStop = 19;
    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(60);
    private readonly string[] _flags;
    private readonly string[] _launcher;
    private readonly ConcurrentQueue<string> _log = new();
    private readonly string? _ownedDirectory;
    private readonly int _monitoringPort;
    private Process? _process;

    /// <param name="binary">The server's executable.</param>
    /// <param name="dataDirectory">Null: a new temporary directory that goes with this object.</param>
    /// <param name="flags">Flags beside the ports, name and data directory; a repeated flag wins over ours.</param>
    /// <param name="launcher">A command that runs the server, for example an emulator; null runs it directly.</param>
    public Daemon(string binary, string? dataDirectory = null, string[]? flags = null, string[]? launcher = null)
    {
        Binary = binary;
        _ownedDirectory = dataDirectory is null ? Directory.CreateTempSubdirectory("etcdedge-").FullName : null;
        DataDirectory = dataDirectory ?? Path.Combine(_ownedDirectory!, "data");
        _flags = flags ?? [];
        _launcher = launcher ?? [];
        ClientPort = Ports.Free();
        PeerPort = Ports.Free();
        _monitoringPort = Ports.Free();
    }

    public string Binary { get; }

    public string DataDirectory { get; }

    public int ClientPort { get; init; }

    public int PeerPort { get; init; }

    /// <summary>"https" for a server whose flags give it certificates; its health is then read at <see cref="MonitoringUrl"/>.</summary>
    public string Scheme { get; init; } = "http";

    /// <summary>The address it listens on.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>"https" for a member whose flags give it peer certificates.</summary>
    public string PeerScheme { get; init; } = "http";

    public string ClientUrl => $"{Scheme}://{Host}:{ClientPort}";

    public string PeerUrl => $"{PeerScheme}://{Host}:{PeerPort}";

    /// <summary>Where the health is read, and with https a metrics URL of its own without certificates.</summary>
    public string MonitoringUrl => Scheme == "http" ? ClientUrl : $"http://127.0.0.1:{_monitoringPort}";

    public int Pid => Running.Id;

    public bool HasExited => Running.HasExited;

    public int ExitCode => Running.ExitCode;

    /// <summary>What the process wrote to stdout and stderr since it was last started, line by line.</summary>
    public IReadOnlyCollection<string> Log => _log;

    /// <summary>Resident memory in bytes, as the kernel counts it.</summary>
    public long ResidentBytes => StatusKilobytes("VmRSS:") * 1024;

    private Process Running => _process ?? throw new InvalidOperationException("the daemon was not started");

    /// <summary>Starts the process and waits until it answers /health. Throws with the log when it ends first.</summary>
    public async Task StartAsync()
    {
        Start();
        await WaitReadyAsync();
    }

    /// <summary>Starts the process without waiting.</summary>
    public void Start()
    {
        _log.Clear();
        var command = _launcher.Append(Binary).Concat(DefaultFlags()).Concat(_flags).ToArray();
        var info = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var name in info.Environment.Keys.Where(k => k.StartsWith("ETCD_", StringComparison.Ordinal)).ToArray())
        {
            info.Environment.Remove(name);
        }

        _process = new Process { StartInfo = info };
        _process.OutputDataReceived += Collect;
        _process.ErrorDataReceived += Collect;
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Waits until /health answers 200.</summary>
    public async Task WaitReadyAsync()
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(20) };
        var clock = Stopwatch.StartNew();
        while (!await AnswersAsync(client))
        {
            if (Running.HasExited || clock.Elapsed > s_startLimit)
            {
                throw new InvalidOperationException($"{Binary} did not become ready:\n{string.Join('\n', _log)}");
            }

            await Task.Delay(10);
        }
    }

    /// <summary>Waits for the process to end by itself; false when it still runs after <paramref name="limit"/>.</summary>
    public async Task<bool> WaitForExitAsync(TimeSpan limit)
    {
        using var timeout = new CancellationTokenSource(limit);
        try
        {
            await Running.WaitForExitAsync(timeout.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>SIGTERM, then waits; returns how long the stop took.</summary>
    public async Task<TimeSpan> StopAsync()
    {
        var clock = Stopwatch.StartNew();
        Signal(SignalTerm);
        if (!await WaitForExitAsync(TimeSpan.FromSeconds(30)))
        {
            await KillAsync();
            throw new InvalidOperationException($"{Binary} did not stop on SIGTERM");
        }

        return clock.Elapsed;
    }

    /// <summary>SIGSTOP: it neither runs nor ends, and its connections stand.</summary>
    public void Freeze() => Signal(SignalStop);

    /// <summary>SIGCONT.</summary>
    public void Thaw() => Signal(SignalContinue);

    /// <summary>SIGKILL: the process gets no chance to flush or say anything.</summary>
    public async Task KillAsync()
    {
        Running.Kill(entireProcessTree: _launcher.Length > 0);
        await Running.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await KillAsync();
        }

        _process?.Dispose();
        if (_ownedDirectory is not null)
        {
            Directory.Delete(_ownedDirectory, recursive: true);
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int pid, int signal);

    private string[] DefaultFlags() =>
    [
        "--name=default", $"--data-dir={DataDirectory}",
        $"--listen-client-urls={ClientUrl}", $"--advertise-client-urls={ClientUrl}",
        $"--listen-peer-urls={PeerUrl}", $"--initial-advertise-peer-urls={PeerUrl}", $"--initial-cluster=default={PeerUrl}",
        .. Scheme == "http" ? Array.Empty<string>() : [$"--listen-metrics-urls={MonitoringUrl}"],
    ];

    private void Collect(object sender, DataReceivedEventArgs e)
    {
        if (e.Data is not null)
        {
            _log.Enqueue(e.Data);
        }
    }

    private async Task<bool> AnswersAsync(HttpClient client)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri(MonitoringUrl + "/health"));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception refused) when (refused is HttpRequestException or SocketException)
        {
            return false;
        }
    }

    private void Signal(int signal)
    {
        if (SendSignal(Pid, signal) != 0)
        {
            throw new InvalidOperationException($"kill({Pid}, {signal}): errno {Marshal.GetLastPInvokeError()}");
        }
    }

    private long StatusKilobytes(string field)
    {
        var line = File.ReadLines($"/proc/{Pid}/status").First(l => l.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1]);
    }
}
