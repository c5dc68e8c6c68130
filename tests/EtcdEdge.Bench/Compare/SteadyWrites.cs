using System.Collections.Concurrent;
using System.Diagnostics;
using EtcdEdge.Api;
using Grpc.Core;

namespace EtcdEdge.Bench.Compare;

/// <summary>
/// Writes at a steady rate whether or not earlier ones are answered, as many clients together do; a latency counts from when its write was due, so
/// that a server that stands still is not spared the writes it kept waiting.
/// </summary>
internal static class SteadyWrites
{
    private const int ValueBytes = 1_000;

    /// <summary>Overwrites random keys of 0 to <paramref name="keys"/> until <paramref name="until"/> ends; returns the latencies, sorted.</summary>
    public static async Task<TimeSpan[]> RunAsync(Target target, int keys, int perSecond, Task until)
    {
        var random = new Random(perSecond);
        var value = Requests.Value(ValueBytes);
        var latencies = new ConcurrentBag<TimeSpan>();
        var writes = new List<Task>();
        var start = Stopwatch.StartNew();
        for (var n = 0; !until.IsCompleted; n++)
        {
            var due = TimeSpan.FromSeconds(n / (double)perSecond);
            if (due > start.Elapsed)
            {
                await Task.Delay(due - start.Elapsed);
            }

            writes.Add(WriteAsync(new PutRequest { Key = Requests.NumberedKey(random.Next(keys)), Value = value }, due));
        }

        await until;
        await Task.WhenAll(writes);
        return [.. latencies.Order()];

        async Task WriteAsync(PutRequest put, TimeSpan due)
        {
            try
            {
                await target.Kv.PutAsync(put);
            }
            catch (RpcException)
            {
                // A server that stands still times its writes out or refuses more of them: how long that took is a latency too.
            }

            latencies.Add(start.Elapsed - due);
        }
    }
}
