using System.Diagnostics;
using System.Globalization;
using EtcdEdge.Api;
using EtcdEdge.Testing;
using Grpc.Net.Client;

namespace EtcdEdge.Bench.Compare;

/// <summary>A server on a fresh data directory, with what the scenarios ask of it.</summary>
internal sealed class Target : IAsyncDisposable
{
    private const int QuickScale = 10;
    private readonly GrpcChannel _channel;

    public Target(Options options, bool isEtcd)
    {
        IsEtcd = isEtcd;
        Scale = options.Quick ? QuickScale : 1;
        EtcdCtl = Path.Combine(Path.GetDirectoryName(options.Etcd)!, "etcdctl");
        Directory = Path.Combine(options.Directory, "etcdedge-bench-" + Path.GetRandomFileName());
        System.IO.Directory.CreateDirectory(Directory);
        Daemon = new Daemon(isEtcd ? options.Etcd : options.EtcdEdge, Path.Combine(Directory, "data"), ["--log-level=error"]);
        _channel = GrpcChannel.ForAddress(Daemon.ClientUrl, new GrpcChannelOptions { MaxReceiveMessageSize = null });
        Kv = new KV.KVClient(_channel);
        Maintenance = new Maintenance.MaintenanceClient(_channel);
        Lease = new Lease.LeaseClient(_channel);
    }

    public Daemon Daemon { get; }

    /// <summary>Where its data lies, and what a scenario has beside it.</summary>
    public string Directory { get; }

    public KV.KVClient Kv { get; }

    public Maintenance.MaintenanceClient Maintenance { get; }

    public Lease.LeaseClient Lease { get; }

    /// <summary>Real etcdctl, for both.</summary>
    public string EtcdCtl { get; }

    /// <summary>The server that EtcdEdge is compared with.</summary>
    public bool IsEtcd { get; }

    /// <summary>The work is divided by this: 1, or 10 for a quick try.</summary>
    public int Scale { get; }

    /// <summary>CPU time the server has used, in microseconds.</summary>
    public double CpuMicroseconds
    {
        get
        {
            using var process = Process.GetProcessById(Daemon.Pid);
            return process.TotalProcessorTime.TotalMicroseconds;
        }
    }

    public int Count(int full) => Math.Max(1, full / Scale);

    /// <summary>The value of a metric without labels, 0 where there is none.</summary>
    public async Task<double> MetricAsync(string name)
    {
        using var client = new HttpClient();
        var text = await client.GetStringAsync(new Uri(Daemon.ClientUrl + "/metrics"));
        var line = text.Split('\n').FirstOrDefault(l => l.StartsWith(name + " ", StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line[(name.Length + 1)..], CultureInfo.InvariantCulture);
    }

    public async Task<long> RevisionAsync() => (await Kv.RangeAsync(new RangeRequest { Key = Requests.Key })).Header.Revision;

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await Daemon.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
