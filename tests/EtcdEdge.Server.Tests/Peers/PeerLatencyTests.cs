// Goal: numbers, not verdicts: how long a heartbeat takes between two members in this process while nothing, entries, and entries with a
// snapshot go the same way. Explicit, because a busy machine says little.

using System.Diagnostics;
using EtcdEdge.Raft.Model;
using Xunit;

namespace EtcdEdge.Server.Tests.Peers;

public sealed class PeerLatencyTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory(Explicit = true)]
    [InlineData(0, 0)]
    [InlineData(400, 0)]
    [InlineData(400, 300 << 20)]
    public async Task Heartbeats_beside_bulk_data(int appends, long snapshotBytes)
    {
        await using var a = new TestMember(1) { SnapshotBytes = snapshotBytes };
        await using var b = new TestMember(2);
        TestMember.Introduce(a, b);
        await a.ConnectedAsync(b);
        if (snapshotBytes > 0)
        {
            a.Send(Messages.Snapshot(1, 2, 9));
        }

        var bulk = SendAppendsAsync(a, b, appends);
        var times = new List<double>();
        for (var i = 0UL; i < 300; i++)
        {
            var clock = Stopwatch.StartNew();
            a.Send(Messages.Heartbeat(1, 2, i));
            while ((await b.NextAsync()).Type != MessageType.Heartbeat)
            {
                // The snapshot's message.
            }

            times.Add(clock.Elapsed.TotalMilliseconds);
            await Task.Delay(2, Cancel);
        }

        var rate = await bulk;
        times.Sort();
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{appends} MiB of entries at {rate:F0} MiB/s, snapshot {snapshotBytes >> 20} MiB: "
            + $"p50 {times[150]:F2} ms, p99 {times[297]:F2} ms, max {times[^1]:F2} ms");
    }

    private static async Task<double> SendAppendsAsync(TestMember a, TestMember b, int count)
    {
        var clock = Stopwatch.StartNew();
        var message = Messages.Append(1, 2, 0, 1 << 16, 16);
        for (var i = 0; i < count; i++)
        {
            a.Send(message);
            if (i >= 16)
            {
                await b.NextAppendAsync();
            }
        }

        return count / clock.Elapsed.TotalSeconds;
    }
}
