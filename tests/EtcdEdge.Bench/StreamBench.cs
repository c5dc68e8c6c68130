using System.Diagnostics;
using System.Globalization;
using EtcdEdge.Api;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace EtcdEdge.Bench;

/// <summary>
/// Streams against a running server, ours or etcd: events delivered to many watchers of one key, and lease keepalives. Answers are counted
/// without being decoded, so that the client costs little; with the server's process id its CPU time is shown too.
/// </summary>
internal static class StreamBench
{
    private const int EventsTag = (11 << 3) | 2;

    private static readonly Method<WatchRequest, Counted> WatchMethod = new(
        MethodType.DuplexStreaming, "etcdserverpb.Watch", "Watch", Marshal<WatchRequest>(), Marshallers.Create(_ => [], CountEvents));

    private static readonly Method<LeaseKeepAliveRequest, Counted> KeepAliveMethod = new(
        MethodType.DuplexStreaming, "etcdserverpb.Lease", "LeaseKeepAlive", Marshal<LeaseKeepAliveRequest>(), Marshallers.Create(_ => [], CountOne));

    /// <summary>Puts one key again and again, 8 at a time, and waits until every watcher has seen the last put.</summary>
    public static async Task WatchAsync(string endpoint, int watchers, int streams, int puts, int serverId)
    {
        using var channel = GrpcChannel.ForAddress(endpoint);
        var invoker = channel.CreateCallInvoker();
        var expected = (long)puts * watchers;
        var counter = new Counter(watchers, expected);
        var calls = new List<AsyncDuplexStreamingCall<WatchRequest, Counted>>();
        for (var i = 0; i < streams; i++)
        {
            calls.Add(invoker.AsyncDuplexStreamingCall(WatchMethod, null, default));
            _ = ReadAsync(calls[i].ResponseStream, counter);
        }

        for (var i = 0; i < watchers; i++)
        {
            await calls[i % streams].RequestStream.WriteAsync(
                new WatchRequest { CreateRequest = new WatchCreateRequest { Key = ByteString.CopyFromUtf8("bench") } });
        }

        await counter.Created;
        var (started, cpu) = (Stopwatch.GetTimestamp(), CpuSeconds(serverId));
        var client = new KV.KVClient(invoker);
        var value = ByteString.CopyFrom(new byte[64]);
        await Parallel.ForAsync(0, puts, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (_, cancel) =>
            await client.PutAsync(new PutRequest { Key = ByteString.CopyFromUtf8("bench"), Value = value }, cancellationToken: cancel));
        await counter.Done;
        Print($"watch {watchers} on {streams} streams", expected, "events", Stopwatch.GetElapsedTime(started), CpuSeconds(serverId) - cpu);
    }

    /// <summary>Each stream renews its own lease, with a window of requests under way.</summary>
    public static async Task KeepAliveAsync(string endpoint, int streams, int window, int renewals, int serverId)
    {
        using var channel = GrpcChannel.ForAddress(endpoint);
        var invoker = channel.CreateCallInvoker();
        var lease = await new Lease.LeaseClient(invoker).LeaseGrantAsync(new LeaseGrantRequest { TTL = 600 });
        var (started, cpu) = (Stopwatch.GetTimestamp(), CpuSeconds(serverId));
        await Task.WhenAll(Enumerable.Range(0, streams).Select(_ => RenewAsync(invoker, lease.ID, window, renewals / streams)));
        Print($"keepalive {streams} streams, window {window}", renewals, "renewals", Stopwatch.GetElapsedTime(started), CpuSeconds(serverId) - cpu);
    }

    private static async Task RenewAsync(CallInvoker invoker, long lease, int window, int renewals)
    {
        using var call = invoker.AsyncDuplexStreamingCall(KeepAliveMethod, null, default);
        using var free = new SemaphoreSlim(window);
        var reading = Task.Run(async () =>
        {
            for (var i = 0; i < renewals && await call.ResponseStream.MoveNext(default); i++)
            {
                free.Release();
            }
        });
        var request = new LeaseKeepAliveRequest { ID = lease };
        for (var i = 0; i < renewals; i++)
        {
            await free.WaitAsync();
            await call.RequestStream.WriteAsync(request);
        }

        await reading;
        await call.RequestStream.CompleteAsync();
    }

    private static async Task ReadAsync(IAsyncStreamReader<Counted> responses, Counter counter)
    {
        while (await responses.MoveNext(default))
        {
            counter.Add(responses.Current.Events);
        }
    }

    private static void Print(string what, long count, string unit, TimeSpan elapsed, double cpuSeconds)
    {
        var rate = count / elapsed.TotalSeconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"| {what} | {rate:N0} {unit}/s | {cpuSeconds * 1e6 / count:N2} us server CPU each |"));
    }

    /// <summary>User and system time of a process in seconds (proc(5), stat fields 14 and 15, in hundredths); 0 without one.</summary>
    private static double CpuSeconds(int processId)
    {
        if (processId == 0)
        {
            return 0;
        }

        var stat = File.ReadAllText($"/proc/{processId}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / 100;
    }

    private static Marshaller<T> Marshal<T>()
        where T : class, IMessage<T> => Marshallers.Create<T>(message => message.ToByteArray(), _ => throw new NotSupportedException());

    private static Counted CountOne(byte[] message) => new(1);

    private static Counted CountEvents(byte[] message)
    {
        var input = new CodedInputStream(message);
        var events = 0;
        while (input.ReadTag() is var tag and not 0)
        {
            events += tag == EventsTag ? 1 : 0;
            input.SkipLastField();
        }

        return new Counted(events);
    }

    private sealed record Counted(int Events);

    private sealed class Counter(int watchers, long expected)
    {
        private readonly TaskCompletionSource _created = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _createdCount;
        private long _events;

        public Task Created => _created.Task;

        public Task Done => _done.Task;

        public void Add(int events)
        {
            if (events == 0 && Interlocked.Increment(ref _createdCount) == watchers)
            {
                _created.SetResult();
            }

            if (events > 0 && Interlocked.Add(ref _events, events) == expected)
            {
                _done.SetResult();
            }
        }
    }
}
