using System.Diagnostics;
using EtcdEdge.Api;
using EtcdEdge.Testing;
using Grpc.Net.Client;

namespace EtcdEdge.Bench.Compare;

/// <summary>A server on a fresh data directory, with what the scenarios ask of it.</summary>
internal sealed class Target : IAsyncDisposable
{
    private readonly string _directory;
    private readonly GrpcChannel _channel;

    public Target(string binary, string parent, int scale)
    {
        Scale = scale;
        _directory = Path.Combine(parent, "etcdedge-bench-" + Path.GetRandomFileName());
        Directory.CreateDirectory(_directory);
        Daemon = new Daemon(binary, Path.Combine(_directory, "data"), ["--log-level=error"]);
        _channel = GrpcChannel.ForAddress(Daemon.ClientUrl, new GrpcChannelOptions { MaxReceiveMessageSize = null });
        Kv = new KV.KVClient(_channel);
        Lease = new Lease.LeaseClient(_channel);
    }

    public Daemon Daemon { get; }

    public KV.KVClient Kv { get; }

    public Lease.LeaseClient Lease { get; }

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

    public async Task<long> RevisionAsync() => (await Kv.RangeAsync(new RangeRequest { Key = Requests.Key })).Header.Revision;

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await Daemon.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
