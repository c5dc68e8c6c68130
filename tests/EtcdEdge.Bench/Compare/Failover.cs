using System.Diagnostics;
using EtcdEdge.Api;
using EtcdEdge.Testing;
using Grpc.Core;
using Grpc.Net.Client;

namespace EtcdEdge.Bench.Compare;

/// <summary>
/// How long no write is acknowledged after the leader was killed: a put goes to a surviving follower every few milliseconds, whatever became of the
/// ones before it, and the first answer to one that was sent after the kill ends the gap.
/// </summary>
internal static class Failover
{
    private const int Kills = 20;
    private static readonly TimeSpan s_putEvery = TimeSpan.FromMilliseconds(5);

    /// <summary>The killed member is back and everybody is level; a leader that was just elected has settled.</summary>
    private static readonly TimeSpan s_settleTime = TimeSpan.FromMilliseconds(1_500);

    public static async Task<double[]> RunAsync(Target target)
    {
        var gaps = new List<double>();
        for (var kill = target.Count(Kills); kill > 0; kill--)
        {
            await Task.Delay(s_settleTime);
            var leader = await target.LeaderAsync();
            gaps.Add((await GapAsync(leader, target.Members.First(member => member != leader))).TotalMilliseconds);
            await leader.StartAsync();
        }

        gaps.Sort();
        Console.Error.WriteLine($"  {gaps[0]:F0} to {gaps[^1]:F0} ms");
        return [(gaps[(gaps.Count - 1) / 2] + gaps[gaps.Count / 2]) / 2];
    }

    private static async Task<TimeSpan> GapAsync(Daemon leader, Daemon asked)
    {
        using var channel = GrpcChannel.ForAddress(asked.ClientUrl);
        var kv = new KV.KVClient(channel);
        await PutAsync(kv, new TaskCompletionSource());
        var killed = leader.KillAsync();
        var clock = Stopwatch.StartNew();
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var puts = new List<Task>();
        while (!first.Task.IsCompleted)
        {
            puts.Add(PutAsync(kv, first));
            await Task.WhenAny(first.Task, Task.Delay(s_putEvery));
        }

        var gap = clock.Elapsed;
        await killed;
        await Task.WhenAll(puts);
        return gap;
    }

    /// <summary>One that is lost with the old leader ends as a timeout, long after the gap.</summary>
    private static async Task PutAsync(KV.KVClient kv, TaskCompletionSource answered)
    {
        try
        {
            await kv.PutAsync(new PutRequest { Key = Requests.Key, Value = Requests.Value(16) }, deadline: DateTime.UtcNow.AddSeconds(10));
            answered.TrySetResult();
        }
        catch (RpcException)
        {
            // As said above.
        }
    }
}
