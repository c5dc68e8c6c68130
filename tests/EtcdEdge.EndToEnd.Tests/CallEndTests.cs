using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using EtcdEdge.Api;
using EtcdEdge.Api.Concurrency;
using EtcdEdge.Differential;
using EtcdEdge.Testing;
using Google.Protobuf;
using Grpc.Core;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

// Goal: a call ends when its client has gone or its deadline has passed, and leaves nothing behind; one that is too large is refused in etcd's words.
// Method: the published daemon's own counts after thousands of abandoned calls; deadlines that only the server keeps; real etcd beside it for texts.
public sealed partial class CallEndTests
{
    private const int Abandoned = 400;
    private const long ResetCancel = 8;
    private static readonly ByteString s_key = ByteString.CopyFromUtf8("key");
    private static readonly ByteString s_lock = ByteString.CopyFromUtf8("held/lock");
    private static readonly ByteString s_election = ByteString.CopyFromUtf8("held/election");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // A key that joined a line while its caller went stayed until its lease ended, after a minute.
    [Fact]
    public async Task Thousands_of_abandoned_calls_leave_no_call_watcher_waiter_or_memory_behind()
    {
        await using var daemon = new Daemon(Binaries.Server);
        await daemon.StartAsync();
        await using var session = new Session(daemon.ClientUrl);
        await FillAsync(session);
        await HoldAsync(session);
        await AbandonEachKindAsync(session);
        await NothingIsLeftAsync(daemon, session);
        var before = daemon.ResidentBytes;
        for (var round = 0; round < 4; round++)
        {
            await AbandonEachKindAsync(session);
        }

        await NothingIsLeftAsync(daemon, session);
        // What one call of a snapshot or a range holds is more than this by itself, times as many.
        Assert.InRange(daemon.ResidentBytes - before, long.MinValue, 200_000_000);
    }

    [Fact]
    public async Task Reads_and_writes_abandoned_without_a_quorum_give_their_room_back()
    {
        await using var cluster = new TestCluster(3);
        await cluster.StartAsync();
        var leader = await cluster.LeaderAsync();
        await using var session = new Session(cluster[leader].ClientUrl);
        cluster[(leader + 1) % 3].Freeze();
        cluster[(leader + 2) % 3].Freeze();
        using (var gone = new CancellationTokenSource())
        {
            var calls = Enumerable.Range(0, Abandoned).SelectMany(_ => (Task[])
            [
                session.Kv.PutAsync(new PutRequest { Key = s_key }, cancellationToken: gone.Token).ResponseAsync,
                session.Kv.RangeAsync(new RangeRequest { Key = s_key }, cancellationToken: gone.Token).ResponseAsync,
                session.Lease.LeaseGrantAsync(new LeaseGrantRequest { TTL = 60 }, cancellationToken: gone.Token).ResponseAsync,
            ]).ToArray();
            await TestCluster.EventuallyAsync(async () => (await CountsAsync(cluster[leader])).Pending >= Abandoned, "the writes do not arrive");
            await gone.CancelAsync();
            await EndedAsync(calls);
        }

        await TestCluster.EventuallyAsync(async () => await CountsAsync(cluster[leader]) is { Pending: 0, Open: 0 }, "abandoned requests stay");
        cluster[(leader + 1) % 3].Thaw();
        cluster[(leader + 2) % 3].Thaw();
        await cluster.EventuallyPutsAsync(leader, "after", "1");
    }

    [Fact]
    public async Task A_deadline_is_kept_by_the_server_for_every_kind_of_call()
    {
        await using var daemon = new Daemon(Binaries.Server);
        await daemon.StartAsync();
        await using var session = new Session(daemon.ClientUrl);
        await HoldAsync(session);
        (string Method, IMessage Request)[] waiting =
        [
            ("v3lockpb.Lock/Lock", new LockRequest { Name = s_lock }),
            ("v3electionpb.Election/Campaign", new CampaignRequest { Name = s_election }),
            ("v3electionpb.Election/Observe", new LeaderRequest { Name = s_election }),
            ("etcdserverpb.Watch/Watch", new WatchRequest { CreateRequest = new WatchCreateRequest { Key = s_key } }),
            ("etcdserverpb.Lease/LeaseKeepAlive", new LeaseKeepAliveRequest { ID = 1 }),
            ("grpc.health.v1.Health/Watch", new Api.Health.HealthCheckRequest()),
        ];
        foreach (var (method, request) in waiting)
        {
            Assert.Equal((method, StatusCode.DeadlineExceeded), (method, await AskAsync(daemon, method, request, "300m", isOpen: true)));
        }

        // Nobody who waited is in line any more.
        await TestCluster.EventuallyAsync(async () => (await InLineAsync(session)).Count == 2, "who waited is still in line");
    }

    [Fact]
    public async Task A_deadline_is_kept_without_a_quorum()
    {
        await using var cluster = new TestCluster(3);
        await cluster.StartAsync();
        var leader = await cluster.LeaderAsync();
        cluster[(leader + 1) % 3].Freeze();
        cluster[(leader + 2) % 3].Freeze();
        (string Method, IMessage Request)[] waiting =
        [
            ("etcdserverpb.KV/Range", new RangeRequest { Key = s_key }), ("etcdserverpb.KV/RangeStream", new RangeRequest { Key = s_key }),
            ("etcdserverpb.KV/Put", new PutRequest { Key = s_key }), ("etcdserverpb.KV/DeleteRange", new DeleteRangeRequest { Key = s_key }),
            ("etcdserverpb.KV/Txn", new TxnRequest { Success = { new RequestOp { RequestPut = new PutRequest { Key = s_key } } } }),
            ("etcdserverpb.KV/Compact", new CompactionRequest { Revision = 1 }),
            ("etcdserverpb.Lease/LeaseGrant", new LeaseGrantRequest { TTL = 60 }),
            ("etcdserverpb.Lease/LeaseRevoke", new LeaseRevokeRequest { ID = 7 }),
            ("etcdserverpb.Cluster/MemberList", new MemberListRequest { Linearizable = true }),
            ("etcdserverpb.Auth/UserList", new AuthUserListRequest()), ("etcdserverpb.Auth/AuthEnable", new AuthEnableRequest()),
            ("etcdserverpb.Maintenance/Alarm", new AlarmRequest { Action = AlarmRequest.Types.AlarmAction.Activate, Alarm = AlarmType.Nospace }),
            ("v3lockpb.Lock/Lock", new LockRequest { Name = s_key }), ("v3electionpb.Election/Leader", new LeaderRequest { Name = s_key }),
        ];
        var asking = waiting.Select(async call => (call.Method, await AskAsync(cluster[leader], call.Method, call.Request, "300m")));
        var ends = await Task.WhenAll(asking);
        Assert.All(ends, end => Assert.Equal((end.Method, StatusCode.DeadlineExceeded), end));

        // The gateway's header is the same deadline.
        using var client = new HttpClient();
        using var body = new StringContent("""{"key":"YQ=="}""");
        using var post = new HttpRequestMessage(HttpMethod.Post, cluster[leader].ClientUrl + "/v3/kv/range") { Content = body };
        post.Headers.Add("Grpc-Timeout", "300m");
        using var answer = await client.SendAsync(post, Cancel);
        Assert.Equal(HttpStatusCode.GatewayTimeout, answer.StatusCode);
    }

    [Theory]
    [InlineData("kept")]
    [InlineData("larger")]
    public async Task Requests_over_a_limit_are_refused_as_etcd_refuses_them(string limit)
    {
        string[] flags = limit == "kept" ? [] : ["--max-request-bytes=4000000"];
        await using var etcd = new Daemon(Binaries.Etcd, flags: flags);
        await using var server = new Daemon(Binaries.Server, flags: flags);
        await Task.WhenAll(etcd.StartAsync(), server.StartAsync());
        // Around --max-request-bytes, and around what gRPC takes, which is 512 KiB more.
        var most = limit == "kept" ? 1_572_864 : 4_000_000;
        foreach (var size in (int[])[most - 1_000, most + 1, most + 300_000, most + 524_288 - 1_000, most + 524_288 + 1, most + 900_000])
        {
            var value = ByteString.CopyFrom(new byte[size]);
            var put = new PutRequest { Key = s_key, Value = value };
            var txn = new TxnRequest { Success = { new RequestOp { RequestPut = put } } };
            var (range, held) = (new RangeRequest { Key = value }, new LockRequest { Name = value });
            await SameAsync(etcd, server, session => session.Kv.PutAsync(put, cancellationToken: Cancel).ResponseAsync);
            await SameAsync(etcd, server, session => session.Kv.TxnAsync(txn, cancellationToken: Cancel).ResponseAsync);
            await SameAsync(etcd, server, session => session.Kv.RangeAsync(range, cancellationToken: Cancel).ResponseAsync);
            await SameAsync(etcd, server, session => session.Lock.LockAsync(held, cancellationToken: Cancel).ResponseAsync);
        }
    }

    [Fact]
    public async Task What_nobody_serves_and_metadata_are_answered_as_etcd_answers_them()
    {
        await using var etcd = new Daemon(Binaries.Etcd);
        await using var server = new Daemon(Binaries.Server);
        await Task.WhenAll(etcd.StartAsync(), server.StartAsync());
        string[] unknown =
            ["etcdserverpb.KV/Nope", "etcdserverpb.Nope/Put", "nope.Nope/Nope", "grpc.reflection.v1.ServerReflection/ServerReflectionInfo"];
        foreach (var method in unknown)
        {
            var parts = method.Split('/');
            var raw = Marshallers.Create(bytes => bytes, (byte[] bytes) => bytes);
            var called = new Method<byte[], byte[]>(MethodType.Unary, parts[0], parts[1], raw, raw);
            var options = new CallOptions(cancellationToken: Cancel);
            await SameAsync(etcd, server, session => session.Invoker.AsyncUnaryCall(called, null, options, []).ResponseAsync);
        }

        Metadata[] headers =
        [
            new() { { "hasleader", "true" } }, new() { { "hasleader", "nonsense" } }, new() { { "token", "no-token" } },
            new() { { "client-api-version", "3.5" } }, new() { { "client-api-version", "nonsense" } }, new() { { "some-bin", [1, 2, 3] } },
            new() { { "long", new string('x', 7_000) } },
        ];
        var range = new RangeRequest { Key = s_key };
        foreach (var header in headers)
        {
            await SameAsync(etcd, server, session => session.Kv.RangeAsync(range, header, cancellationToken: Cancel).ResponseAsync);
        }

        // Metadata without end costs the server no memory and the client its call; the next is served.
        await using var own = new Session(server.ClientUrl);
        var endless = new Metadata { { "long", new string('x', 4_000_000) } };
        await Assert.ThrowsAsync<RpcException>(async () => await own.Kv.RangeAsync(range, endless, cancellationToken: Cancel));
        await own.Kv.RangeAsync(range, cancellationToken: Cancel);
    }

    [Fact]
    public async Task Slow_calls_are_told_in_etcds_words()
    {
        await using var daemon = new Daemon(Binaries.Server, flags: ["--warning-unary-request-duration=1us"]);
        await daemon.StartAsync();
        await new EtcdCtl("3.5", daemon).RunAsync("put", "k", "not-to-be-told");
        var told = Array.Empty<string>();
        await TestCluster.EventuallyAsync(() =>
        {
            told = [.. daemon.Log.Where(line => line.Contains("/etcdserverpb.KV/Put", StringComparison.Ordinal))];
            return Task.FromResult(told.Length > 0);
        }, "no line about the put");
        var line = Assert.Single(told);
        string[] fields =
        [
            "\"level\":\"warn\"", "\"msg\":\"request stats\"", "\"start time\":", "\"time spent\":", "\"remote\":", "\"response type\":",
            "\"request count\":1", "\"request size\":",
        ];
        Assert.All(fields, field => Assert.Contains(field, line, StringComparison.Ordinal));
        Assert.DoesNotContain("not-to-be-told", line, StringComparison.Ordinal);
    }

    /// <summary>Takes the lock and the election that the others wait for, with a lease that outlives the test.</summary>
    private static async Task HoldAsync(Session session)
    {
        const long lease = 77;
        await session.Lease.LeaseGrantAsync(new LeaseGrantRequest { ID = lease, TTL = 3_600 }, cancellationToken: Cancel);
        await session.Lock.LockAsync(new LockRequest { Name = s_lock, Lease = lease }, cancellationToken: Cancel);
        await session.Election.CampaignAsync(new CampaignRequest { Name = s_election, Lease = lease, Value = s_key }, cancellationToken: Cancel);
    }

    private static async Task FillAsync(Session session)
    {
        var value = ByteString.CopyFrom(new byte[10_000]);
        for (var i = 0; i < 300; i++)
        {
            await session.Kv.PutAsync(new PutRequest { Key = ByteString.CopyFromUtf8($"big/{i:D3}"), Value = value }, cancellationToken: Cancel);
        }
    }

    /// <summary>Begins calls of every kind and gives them up: some before they are answered, streams after their first answer.</summary>
    private static async Task AbandonEachKindAsync(Session session)
    {
        var big = new RangeRequest { Key = ByteString.CopyFromUtf8("big/"), RangeEnd = ByteString.CopyFromUtf8("big0") };
        for (var i = 0; i < Abandoned; i += 20)
        {
            using var gone = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            var options = new CallOptions(cancellationToken: gone.Token);
            var calls = Enumerable.Range(0, 20).SelectMany(_ => (Task[])
            [
                session.Kv.RangeAsync(big, options).ResponseAsync,
                session.Lock.LockAsync(new LockRequest { Name = s_lock }, options).ResponseAsync,
                session.Election.CampaignAsync(new CampaignRequest { Name = s_election }, options).ResponseAsync,
                FirstAsync(session.Kv.RangeStream(big, options).ResponseStream, gone.Token),
                FirstAsync(session.Maintenance.Snapshot(new SnapshotRequest(), options).ResponseStream, gone.Token),
                FirstAsync(session.Election.Observe(new LeaderRequest { Name = s_election }, options).ResponseStream, gone.Token),
                TalkAsync(session.Watch.Watch(options), new WatchRequest { CreateRequest = new WatchCreateRequest { Key = s_key } }, gone.Token),
                TalkAsync(session.Lease.LeaseKeepAlive(options), new LeaseKeepAliveRequest { ID = 1 }, gone.Token),
            ]).ToArray();
            await Task.WhenAll(calls.Where((_, at) => at % 8 > 4)).WaitAsync(TimeSpan.FromMinutes(1), Cancel);
            await gone.CancelAsync();
            await EndedAsync(calls);
        }
    }

    /// <summary>However each of them ended.</summary>
    private static async Task EndedAsync(IEnumerable<Task> calls) => await Task.WhenAll(calls).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static async Task FirstAsync<T>(IAsyncStreamReader<T> answers, CancellationToken cancel) => Assert.True(await answers.MoveNext(cancel));

    private static async Task TalkAsync<TRequest, TResponse>(
        AsyncDuplexStreamingCall<TRequest, TResponse> call, TRequest request, CancellationToken cancel)
    {
        await call.RequestStream.WriteAsync(request, cancel);
        Assert.True(await call.ResponseStream.MoveNext(cancel));
    }

    private static async Task NothingIsLeftAsync(Daemon daemon, Session session)
    {
        await TestCluster.EventuallyAsync(
            async () => await CountsAsync(daemon) is { Open: 0, Pending: 0, Watchers: 0, Streams: 0 } && (await InLineAsync(session)).Count == 2,
            "something is left of abandoned calls");
    }

    private static async Task<RangeResponse> InLineAsync(Session session)
    {
        var line = new RangeRequest { Key = ByteString.CopyFromUtf8("held/"), RangeEnd = ByteString.CopyFromUtf8("held0"), CountOnly = true };
        return await session.Kv.RangeAsync(line, cancellationToken: Cancel);
    }

    /// <summary>What the server says is under way: calls, requests in the log, watchers and their streams.</summary>
    private static async Task<(long Open, long Pending, long Watchers, long Streams)> CountsAsync(Daemon daemon)
    {
        using var client = new HttpClient();
        var lines = (await client.GetStringAsync(new Uri(daemon.ClientUrl + "/metrics"), Cancel)).Split('\n');
        long Sum(string name) => lines.Where(line => line.StartsWith(name, StringComparison.Ordinal) && line[name.Length] is ' ' or '{')
            .Sum(line => (long)double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
        return (Sum("grpc_server_started_total") - Sum("grpc_server_handled_total"), Sum("etcd_server_proposals_pending"),
            Sum("etcd_debugging_mvcc_watcher_total"), Sum("etcd_debugging_mvcc_watch_stream_total"));
    }

    /// <summary>The status that the server itself ends a call with: this client has no deadline, it only names one.</summary>
    private static async Task<StatusCode> AskAsync(Daemon daemon, string method, IMessage request, string timeout, bool isOpen = false)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        using var post = new HttpRequestMessage(HttpMethod.Post, $"{daemon.ClientUrl}/{method}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new OpenContent(request.ToByteArray(), isOpen, Cancel),
        };
        post.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        post.Headers.Add("grpc-timeout", timeout);
        using var answer = await client.SendAsync(post, HttpCompletionOption.ResponseHeadersRead, Cancel);
        try
        {
            await answer.Content.ReadAsByteArrayAsync(Cancel);
        }
        catch (HttpRequestException cut) when (ResetCode(cut) is 0 or ResetCancel)
        {
            // etcd ends every call so whose deadline has passed; EtcdEdge those whose client still sends.
            return StatusCode.DeadlineExceeded;
        }

        var status = answer.TrailingHeaders.TryGetValues("grpc-status", out var values) ? values : answer.Headers.GetValues("grpc-status");
        return (StatusCode)int.Parse(status.Single(), CultureInfo.InvariantCulture);
    }

    /// <summary>HTTP/2's code of a stream that was reset, or −1.</summary>
    private static long ResetCode(Exception? error) => error switch
    {
        null => -1,
        HttpProtocolException reset => reset.ErrorCode,
        _ => ResetCode(error.InnerException),
    };

    /// <summary>The same call to both ends with the same status and text.</summary>
    private static async Task SameAsync<T>(Daemon etcd, Daemon server, Func<Session, Task<T>> call)
    {
        var ends = new List<(StatusCode, string)>();
        foreach (var daemon in (Daemon[])[etcd, server])
        {
            await using var session = new Session(daemon.ClientUrl);
            try
            {
                await call(session).WaitAsync(TimeSpan.FromMinutes(1), Cancel);
                ends.Add((StatusCode.OK, ""));
            }
            catch (RpcException e)
            {
                ends.Add((e.StatusCode, FrameSize().Replace(e.Status.Detail, "N vs. N")));
            }
        }

        Assert.Equal(ends[0], ends[1]);
    }

    [GeneratedRegex(@"\d+ vs\. \d+")]
    private static partial Regex FrameSize();

    /// <summary>One gRPC message, and then, if it is open, nothing more and no end.</summary>
    private sealed class OpenContent : HttpContent
    {
        private readonly byte[] _frame;
        private readonly bool _isOpen;
        private readonly CancellationToken _end;

        public OpenContent(byte[] message, bool isOpen, CancellationToken end)
        {
            _frame = new byte[5 + message.Length];
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(_frame.AsSpan(1), message.Length);
            message.CopyTo(_frame, 5);
            (_isOpen, _end) = (isOpen, end);
            Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(_frame, cancellationToken);
            await stream.FlushAsync(cancellationToken);
            if (_isOpen)
            {
                // The server ends the call, and with it this.
                await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, _end);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
