using System.Diagnostics;
using EtcdEdge.Api;
using EtcdEdge.Testing;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace EtcdEdge.Bench.Compare;

/// <summary>From the start of a new member's process until it serves everything that the cluster holds: by the state, the log, or both.</summary>
internal static class Joining
{
    private const int Keys = 200_000;
    private const int ValueBytes = 1_000;

    public static async Task<double[]> RunAsync(Target target)
    {
        var count = target.Count(Keys);
        Load.Puts(target.Daemon.ClientPort, count, ValueBytes);
        var port = Ports.Free();
        var peerUrl = $"http://127.0.0.1:{port}";
        using var channel = GrpcChannel.ForAddress(target.Daemon.ClientUrl);
        await new Cluster.ClusterClient(channel).MemberAddAsync(new MemberAddRequest { PeerURLs = { peerUrl } });
        var initial = $"{target.InitialCluster},joiner={peerUrl}";
        string[] flags = ["--log-level=error", "--name=joiner", $"--initial-cluster={initial}", "--initial-cluster-state=existing"];
        await using var joiner = new Daemon(target.Daemon.Binary, Path.Combine(target.Directory, "joiner"), flags) { PeerPort = port };
        var clock = Stopwatch.StartNew();
        joiner.Start();
        while (await CountAsync(joiner) != count)
        {
            await Task.Delay(5);
        }

        return [clock.Elapsed.TotalMilliseconds];
    }

    /// <summary>The keys that a member holds, by its own word; -1 while it does not answer.</summary>
    private static async Task<long> CountAsync(Daemon daemon)
    {
        using var channel = GrpcChannel.ForAddress(daemon.ClientUrl);
        var all = new RangeRequest
        {
            Key = ByteString.CopyFromUtf8("/"),
            RangeEnd = ByteString.CopyFromUtf8("0"),
            CountOnly = true,
            Serializable = true
        };
        try
        {
            return (await new KV.KVClient(channel).RangeAsync(all)).Count;
        }
        catch (RpcException) when (!daemon.HasExited)
        {
            return -1;
        }
    }
}
