using System.Diagnostics;
using System.Globalization;
using EtcdEdge.Api;
using EtcdEdge.Testing;
using Grpc.Core;
using Grpc.Net.Client;

namespace EtcdEdge.Bench.Compare;

/// <summary>A server or a cluster of them on fresh data directories, with what the scenarios ask of it.</summary>
internal sealed class Target : IAsyncDisposable
{
    private const int QuickScale = 10;
    private readonly string _binary;
    private readonly List<Daemon> _members = [];
    private GrpcChannel? _channel;

    public Target(Options options, bool isEtcd, int members)
    {
        IsEtcd = isEtcd;
        Scale = options.Quick ? QuickScale : 1;
        EtcdCtl = Path.Combine(Path.GetDirectoryName(options.Etcd)!, "etcdctl");
        Directory = Path.Combine(options.Directory, "etcdedge-bench-" + Path.GetRandomFileName());
        System.IO.Directory.CreateDirectory(Directory);
        _binary = isEtcd ? options.Etcd : options.EtcdEdge;
        var ports = Enumerable.Range(0, members).Select(_ => Ports.Free()).ToArray();
        InitialCluster = string.Join(',', ports.Select((port, n) => $"m{n}=http://127.0.0.1:{port}"));
        _members.AddRange(ports.Select(DataDirectoryWriter));
        Daemon = _members[0];
    }

    /// <summary>The server that is asked; of a cluster its leader at the start, unless a scenario chooses another.</summary>
    public Daemon Daemon { get; private set; }

    public IReadOnlyList<Daemon> Members => _members;

    /// <summary>How the founders describe the cluster.</summary>
    public string InitialCluster { get; }

    /// <summary>Where their data lies, and what a scenario has beside it.</summary>
    public string Directory { get; }

    public KV.KVClient Kv => new(Channel);

    public Maintenance.MaintenanceClient Maintenance => new(Channel);

    public Lease.LeaseClient Lease => new(Channel);

    public Auth.AuthClient Auth => new(Channel);

    private GrpcChannel Channel => _channel ??= GrpcChannel.ForAddress(Daemon.ClientUrl, new GrpcChannelOptions { MaxReceiveMessageSize = null });

    /// <summary>Real etcdctl, for both.</summary>
    public string EtcdCtl { get; }

    /// <summary>The server that EtcdEdge is compared with.</summary>
    public bool IsEtcd { get; }

    /// <summary>The work is divided by this: 1, or 10 for a quick try.</summary>
    public int Scale { get; }

    /// <summary>CPU time all members have used, in microseconds.</summary>
    public double CpuMicroseconds => _members.Sum(CpuOf);

    /// <summary>Starts all members, and makes the leader the one that is asked.</summary>
    public async Task StartAsync()
    {
        _members.ForEach(member => member.Start());
        await Task.WhenAll(_members.Select(member => member.WaitReadyAsync()));
        if (_members.Count > 1)
        {
            Ask(await LeaderAsync());
        }
    }

    /// <summary>From now on this member is asked.</summary>
    public void Ask(Daemon member)
    {
        _channel?.Dispose();
        _channel = null;
        Daemon = member;
    }

    /// <summary>The member that says it leads.</summary>
    public async Task<Daemon> LeaderAsync()
    {
        while (true)
        {
            foreach (var member in _members.Where(member => !member.HasExited))
            {
                if (await LeadsAsync(member))
                {
                    return member;
                }
            }

            await Task.Delay(20);
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
        _channel?.Dispose();
        foreach (var member in _members)
        {
            await member.DisposeAsync();
        }

        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private static double CpuOf(Daemon member)
    {
        using var process = Process.GetProcessById(member.Pid);
        return process.TotalProcessorTime.TotalMicroseconds;
    }

    private static async Task<bool> LeadsAsync(Daemon member)
    {
        using var channel = GrpcChannel.ForAddress(member.ClientUrl);
        try
        {
            var status = await new Maintenance.MaintenanceClient(channel).StatusAsync(new StatusRequest());
            return status.Leader == status.Header.MemberId;
        }
        catch (RpcException)
        {
            return false;
        }
    }

    private Daemon DataDirectoryWriter(int port, int n) =>
        new(_binary, Path.Combine(Directory, $"data{n}"),
            [$"--name=m{n}", $"--initial-cluster={InitialCluster}", "--log-level=error"])
        { PeerPort = port };
}
