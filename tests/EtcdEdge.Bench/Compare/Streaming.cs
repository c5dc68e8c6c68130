using System.Diagnostics;
using EtcdEdge.Api;
using Google.Protobuf;

namespace EtcdEdge.Bench.Compare;

/// <summary>The scenarios on streams that stay open.</summary>
internal static class Streaming
{
    private const int Watchers = 1_000;
    private const int KeepAliveStreams = 8;
    private const int KeepAlivesInFlight = 32;

    /// <summary>Found in each event's value, to count events however a server puts them into messages.</summary>
    private static readonly byte[] s_marker = "<event-marker>"u8.ToArray();

    /// <summary>
    /// Events per second from the first put to the last event at the last watcher, and the server's CPU for an event, all on one connection. Ten
    /// streams of a hundred are what etcd's own benchmark opens (tools/benchmark/cmd/watch.go); a stream for each is what a thousand contexts of one
    /// client cost.
    /// </summary>
    public static async Task<double[]> WatchAsync(Target target, int streams)
    {
        using var connection = new RawHttp2(target.Daemon.ClientPort);
        OpenWatchers(connection, streams);
        var puts = target.Count(300);
        var put = new PutRequest { Key = Requests.Key, Value = ByteString.CopyFrom([.. s_marker, .. Requests.Value(100).Span]) };
        await target.Kv.RangeAsync(new RangeRequest { Key = Requests.Key });
        var cpu = target.CpuMicroseconds;
        var clock = Stopwatch.StartNew();
        var writer = Task.Run(async () =>
        {
            for (var n = 0; n < puts; n++)
            {
                await target.Kv.PutAsync(put);
            }
        });
        var delivered = 0L;
        while (delivered < (long)puts * Watchers)
        {
            connection.Read((_, message) => delivered += message.Count(s_marker));
        }

        var rate = delivered / clock.Elapsed.TotalSeconds;
        await writer;
        return [rate, (target.CpuMicroseconds - cpu) / delivered];
    }

    /// <summary>Keepalives per second on a few streams, each of a lease of its own, with some requests under way on each.</summary>
    public static async Task<double[]> KeepAliveAsync(Target target)
    {
        var count = target.Count(200_000);
        using var connection = new RawHttp2(target.Daemon.ClientPort);
        var requests = new Dictionary<int, byte[]>();
        for (var n = 0; n < KeepAliveStreams; n++)
        {
            var lease = await target.Lease.LeaseGrantAsync(new LeaseGrantRequest { TTL = 3_600 });
            var request = Requests.Framed(new LeaseKeepAliveRequest { ID = lease.ID });
            requests.Add(connection.Open(Requests.KeepAlivePath, request, last: false), request);
        }

        foreach (var (stream, request) in requests)
        {
            for (var n = 1; n < KeepAlivesInFlight; n++)
            {
                connection.Send(stream, request);
            }
        }

        return [MeasureKeepAlive(connection, requests, count)];
    }

    private static double MeasureKeepAlive(RawHttp2 connection, Dictionary<int, byte[]> requests, int count)
    {
        var clock = Stopwatch.StartNew();
        for (var answered = 0; answered < count;)
        {
            connection.Flush();
            connection.Read((stream, _) =>
            {
                answered++;
                connection.Send(stream, requests[stream]);
            });
        }

        return count / clock.Elapsed.TotalSeconds;
    }

    private static void OpenWatchers(RawHttp2 connection, int streams)
    {
        var create = Requests.Framed(new WatchRequest { CreateRequest = new WatchCreateRequest { Key = Requests.Key } });
        for (var n = 0; n < streams; n++)
        {
            var stream = connection.Open(Requests.WatchPath, create, last: false);
            for (var more = 1; more < Watchers / streams; more++)
            {
                connection.Send(stream, create);
            }
        }

        connection.Flush();
        for (var created = 0; created < Watchers;)
        {
            connection.Read((_, _) => created++);
        }
    }
}
