using System.Diagnostics;
using EtcdEdge.Api;
using Grpc.Core;
using Grpc.Net.Client;

namespace EtcdEdge.Bench.Compare;

/// <summary>
/// From the start of the process to its first answer to a linearizable range, killed in the midst of its life: with whatever
/// database or checkpoint it had made by itself, and the log behind that.
/// </summary>
internal static class Restart
{
    private const int ValueBytes = 1_000;

    /// <summary>A checkpoint or a commit that is under way may end.</summary>
    private static readonly TimeSpan s_settleTime = TimeSpan.FromSeconds(10);

    /// <summary>More would take minutes one by one.</summary>
    private const int PutsMax = 100_000;

    public static async Task<double[]> RunAsync(Target target, int keys)
    {
        if (keys <= PutsMax)
        {
            Load.Puts(target.Daemon.ClientPort, target.Count(keys), ValueBytes);
        }
        else
        {
            Load.Txns(target.Daemon.ClientPort, target.Count(keys), ValueBytes);
        }

        await Task.Delay(s_settleTime);
        await target.Daemon.KillAsync();
        var clock = Stopwatch.StartNew();
        target.Daemon.Start();
        while (!await AnswersAsync(target))
        {
            await Task.Delay(2);
        }

        return [clock.Elapsed.TotalMilliseconds];
    }

    /// <summary>A fresh channel each time: a channel whose connection was refused waits before it tries again.</summary>
    private static async Task<bool> AnswersAsync(Target target)
    {
        using var channel = GrpcChannel.ForAddress(target.Daemon.ClientUrl);
        try
        {
            var found = await new KV.KVClient(channel).RangeAsync(new RangeRequest { Key = Requests.NumberedKey(1) });
            return found.Count == 1;
        }
        catch (RpcException) when (!target.Daemon.HasExited)
        {
            return false;
        }
    }
}
