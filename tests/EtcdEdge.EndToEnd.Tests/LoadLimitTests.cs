using System.Net.Sockets;
using System.Text;
using EtcdEdge.Api;
using EtcdEdge.Differential;
using EtcdEdge.Testing;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

// Goal: clients that are many, slow, or broken cost bounded memory, and the others do not notice them.
public sealed class LoadLimitTests
{
    private const int ManyWatches = 3_000;
    private const int StuckWatchers = 20;
    private const int LargeEvents = 100;
    private const int LargeEventBytes = 1_000_000;
    private const long MegaByte = 1_000_000;
    private static readonly ByteString s_key = ByteString.CopyFromUtf8("key");

    [Fact]
    public async Task Three_thousand_watch_streams_on_one_connection_all_get_the_event()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var daemon = new Daemon(Binaries.Server);
        await daemon.StartAsync();
        using var handler = new SocketsHttpHandler { EnableMultipleHttp2Connections = false };
        using var channel = GrpcChannel.ForAddress(daemon.ClientUrl, new GrpcChannelOptions { HttpHandler = handler });
        var watches = await Task.WhenAll(Enumerable.Range(0, ManyWatches).Select(_ => OpenAsync(new Watch.WatchClient(channel), cancel)));
        await new KV.KVClient(channel).PutAsync(new PutRequest { Key = s_key }, cancellationToken: cancel);
        foreach (var watch in watches)
        {
            Assert.True(await watch.ResponseStream.MoveNext(cancel));
            Assert.Equal(2, watch.ResponseStream.Current.Events.Single().Kv.ModRevision);
            watch.Dispose();
        }
    }

    [Fact]
    public async Task Three_thousand_watchers_on_one_stream_all_get_the_event()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var daemon = new Daemon(Binaries.Server);
        await daemon.StartAsync();
        await using var session = new Session(daemon.ClientUrl);
        using var watch = session.Watch.Watch(cancellationToken: cancel);
        for (var n = 0; n < ManyWatches; n++)
        {
            await watch.RequestStream.WriteAsync(new WatchRequest { CreateRequest = new WatchCreateRequest { Key = s_key } }, cancel);
            Assert.True(await watch.ResponseStream.MoveNext(cancel));
            Assert.Equal(n, watch.ResponseStream.Current.WatchId);
        }

        await session.Kv.PutAsync(new PutRequest { Key = s_key }, cancellationToken: cancel);
        var served = new HashSet<long>();
        while (served.Count < ManyWatches)
        {
            Assert.True(await watch.ResponseStream.MoveNext(cancel));
            Assert.True(served.Add(watch.ResponseStream.Current.WatchId));
        }
    }

    [Fact]
    public async Task Watchers_that_never_read_cost_bounded_memory_and_the_others_nothing()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var daemon = new Daemon(Binaries.Server);
        await daemon.StartAsync();
        using var stuckChannel = GrpcChannel.ForAddress(daemon.ClientUrl);
        var stuck = await Task.WhenAll(Enumerable.Range(0, StuckWatchers).Select(_ => OpenAsync(new Watch.WatchClient(stuckChannel), cancel)));
        await using var session = new Session(daemon.ClientUrl);
        using var healthy = await OpenAsync(session.Watch, cancel);
        var put = new PutRequest { Key = s_key, Value = ByteString.CopyFrom(new byte[LargeEventBytes]) };
        for (var n = 0; n < LargeEvents; n++)
        {
            await session.Kv.PutAsync(put, cancellationToken: cancel);
            Assert.True(await healthy.ResponseStream.MoveNext(cancel));
            Assert.Equal(n + 2, healthy.ResponseStream.Current.Events.Single().Kv.ModRevision);
        }

        // The history itself is 100 MB, the log's buffers and the garbage collector's slack come on top; the events kept for each watcher
        // would be 2,000 MB.
        Assert.InRange(daemon.ResidentBytes, 0, 800 * MegaByte);
        Array.ForEach(stuck, s => s.Dispose());
    }

    [Fact]
    public async Task A_request_over_the_limit_is_refused_and_the_next_one_served()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var daemon = new Daemon(Binaries.Server);
        await daemon.StartAsync();
        await using var session = new Session(daemon.ClientUrl);
        var large = new PutRequest { Key = s_key, Value = ByteString.CopyFrom(new byte[1_600_000]) };
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await session.Kv.PutAsync(large, cancellationToken: cancel));
        Assert.Equal((StatusCode.InvalidArgument, "etcdserver: request is too large"), (refused.StatusCode, refused.Status.Detail));
        Assert.Equal(2, (await session.Kv.PutAsync(new PutRequest { Key = s_key }, cancellationToken: cancel)).Header.Revision);
    }

    [Theory]
    [InlineData("hello\r\n\r\n")]
    [InlineData("GET / HTTP/9.9\r\n\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nthis is no frame at all, and long enough to be one")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\u0000\u0000\u0004\u0008\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000")]
    [InlineData("PRI * HT")]
    [InlineData("\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003")]
    public async Task Bytes_that_are_no_protocol_disturb_nobody(string bytes)
    {
        await using var daemon = new Daemon(Binaries.Server);
        await daemon.StartAsync();
        using var client = await ConnectAsync(daemon);
        await client.SendAsync(Encoding.Latin1.GetBytes(bytes));
        await new EtcdCtl("3.5", daemon).RunAsync("put", "a", "1");
        Assert.False(daemon.HasExited);
    }

    [Fact]
    public async Task Connections_that_send_a_byte_and_wait_disturb_nobody()
    {
        await using var daemon = new Daemon(Binaries.Server);
        await daemon.StartAsync();
        var slow = new List<Socket>();
        for (var n = 0; n < 300; n++)
        {
            var client = await ConnectAsync(daemon);
            await client.SendAsync("G"u8.ToArray());
            slow.Add(client);
        }

        await new EtcdCtl("3.5", daemon).RunAsync("put", "a", "1");
        Assert.InRange(daemon.ResidentBytes, 0, 300 * MegaByte);
        slow.ForEach(s => s.Dispose());
    }

    private static async Task<Socket> ConnectAsync(Daemon daemon)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", daemon.ClientPort);
        return socket;
    }

    private static async Task<AsyncDuplexStreamingCall<WatchRequest, WatchResponse>> OpenAsync(Watch.WatchClient client, CancellationToken cancel)
    {
        var watch = client.Watch(cancellationToken: cancel);
        await watch.RequestStream.WriteAsync(new WatchRequest { CreateRequest = new WatchCreateRequest { Key = s_key } }, cancel);
        Assert.True(await watch.ResponseStream.MoveNext(cancel));
        Assert.True(watch.ResponseStream.Current.Created);
        return watch;
    }
}
