// Goal: HTTP/2 as RFC 9113 has it, towards clients that keep to it and clients that do not. Method: frames made by hand, sent to the real host.

using System.Buffers.Binary;
using EtcdEdge.Api;
using EtcdEdge.Configuration;
using EtcdEdge.Http2;
using EtcdEdge.Http2.Hpack;
using EtcdEdge.Server.Tests.Grpc;
using Google.Protobuf;
using Xunit;

namespace EtcdEdge.Server.Tests.Http2;

public sealed class Http2ConnectionTests
{
    private const string Put = "/etcdserverpb.KV/Put";
    private const string Range = "/etcdserverpb.KV/Range";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("a request on an even stream", "000001 01 05 00000002 82", Http2Error.ProtocolError)]
    [InlineData("a request on no stream", "000001 01 05 00000000 82", Http2Error.ProtocolError)]
    [InlineData("data before the request", "000000 00 01 00000001", Http2Error.ProtocolError)]
    [InlineData("a reset before the request", "000004 03 00 00000001 00000008", Http2Error.ProtocolError)]
    [InlineData("a window update before the request", "000004 08 00 00000001 00000001", Http2Error.ProtocolError)]
    [InlineData("a continuation of nothing", "000001 09 04 00000001 82", Http2Error.ProtocolError)]
    [InlineData("another frame within a header block", "000001 01 00 00000001 82 000008 06 00 00000000 0000000000000000", Http2Error.ProtocolError)]
    [InlineData("empty continuations", "000001 01 00 00000001 82 000000 09 00 00000001", Http2Error.EnhanceYourCalm)]
    [InlineData("a push", "000004 05 04 00000001 00000002", Http2Error.ProtocolError)]
    [InlineData("half a setting", "000005 04 00 00000000 0003000000", Http2Error.FrameSizeError)]
    [InlineData("an acknowledgement that says something", "000006 04 01 00000000 000300000001", Http2Error.FrameSizeError)]
    [InlineData("settings of a stream", "000000 04 00 00000001", Http2Error.ProtocolError)]
    [InlineData("a window beyond 31 bits", "000006 04 00 00000000 000480000000", Http2Error.FlowControlError)]
    [InlineData("frames smaller than allowed", "000006 04 00 00000000 000500000064", Http2Error.ProtocolError)]
    [InlineData("pushes twice", "000006 04 00 00000000 000200000002", Http2Error.ProtocolError)]
    [InlineData("a short ping", "000007 06 00 00000000 00000000000000", Http2Error.FrameSizeError)]
    [InlineData("a ping of a stream", "000008 06 00 00000001 0000000000000000", Http2Error.ProtocolError)]
    [InlineData("a window that grows by nothing", "000004 08 00 00000000 00000000", Http2Error.ProtocolError)]
    [InlineData("a window that grows too large", "000004 08 00 00000000 7fffffff", Http2Error.FlowControlError)]
    [InlineData("a frame that is too large", "004001 06 00 00000000", Http2Error.FrameSizeError)]
    [InlineData("a block that is none", "000001 01 05 00000001 80", Http2Error.CompressionError)]
    [InlineData("padding longer than its frame", "000002 01 0d 00000001 0582", Http2Error.ProtocolError)]
    public async Task A_client_that_breaks_the_protocol_is_told_how(string what, string frames, object error)
    {
        await using var wire = await WireHost.StartAsync();
        using var client = await FrameClient.ConnectAsync(wire);
        await client.SendAsync(Convert.FromHexString(frames.Replace(" ", "")));
        var (_, payload) = await client.ReadAsync(FrameKind.GoAway);
        Assert.True((Http2Error)error == ErrorIn(payload), $"{what}: {Convert.ToHexString(payload)}");
        Assert.Null(await client.ReadAsync());
    }

    public static TheoryData<string, (string, string)[]> BadRequests => new()
    {
        { "no path", [(":method", "POST"), (":scheme", "http")] },
        { "no method", [(":scheme", "http"), (":path", "/")] },
        { "a method twice", [(":method", "GET"), (":method", "GET"), (":scheme", "http"), (":path", "/")] },
        { "an unknown pseudo field", [(":method", "GET"), (":scheme", "http"), (":path", "/"), (":own", "x")] },
        { "a pseudo field behind others", [(":method", "GET"), (":scheme", "http"), ("a", "b"), (":path", "/")] },
        { "a path without a slash", [(":method", "GET"), (":scheme", "http"), (":path", "etcdserverpb.KV/Put")] },
        { "fields of a connection", [(":method", "GET"), (":scheme", "http"), (":path", "/"), ("connection", "close")] },
        { "te", [(":method", "GET"), (":scheme", "http"), (":path", "/"), ("te", "gzip")] },
        { "a line break", [(":method", "GET"), (":scheme", "http"), (":path", "/"), ("a", "b\r\nc: d")] },
        { "a name with a space", [(":method", "GET"), (":scheme", "http"), (":path", "/"), ("a b", "c")] },
        { "a length that is none", [(":method", "GET"), (":scheme", "http"), (":path", "/"), ("content-length", "-1")] },
        { "a length that is not kept", [(":method", "GET"), (":scheme", "http"), (":path", "/"), ("content-length", "5")] },
    };

    [Theory]
    [MemberData(nameof(BadRequests))]
    public async Task A_malformed_request_ends_its_stream_alone(string what, (string, string)[] fields)
    {
        await using var wire = await WireHost.StartAsync();
        using var client = await FrameClient.ConnectAsync(wire);
        await client.BeginAsync(1, FrameClient.Block(fields), isAll: true);
        Assert.True((await client.ReadAnswerAsync(1)).Reset == Http2Error.ProtocolError, what);
        Assert.Equal("0", (await CallAsync(client, 3, Put, new PutRequest { Key = Key })).GrpcStatus);
    }

    [Fact]
    public async Task A_request_may_come_byte_by_byte()
    {
        await using var wire = await WireHost.StartAsync();
        using var client = await FrameClient.ConnectAsync(wire);
        var message = FrameClient.Message(new PutRequest { Key = Key }.ToByteArray());
        byte[] all = [.. FrameClient.Bytes(FrameKind.Headers, 4, 1, FrameClient.Call(Put)), .. FrameClient.Bytes(FrameKind.Data, 1, 1, message)];
        foreach (var next in all)
        {
            await client.SendAsync([next]);
        }

        Assert.Equal("0", (await client.ReadAnswerAsync(1)).GrpcStatus);
    }

    [Fact]
    public async Task A_message_may_come_in_padded_frames_and_end_with_trailers()
    {
        await using var wire = await WireHost.StartAsync();
        using var client = await FrameClient.ConnectAsync(wire);
        var block = FrameClient.Call(Put, ("x-long", new string('x', 2000)));
        await client.SendAsync(FrameKind.Headers, FrameFlags.Priority, 1, [0, 0, 0, 0, 16, .. block[..7]]);
        await client.SendAsync(FrameKind.Continuation, 0, 1, block[7..900]);
        await client.SendAsync(FrameKind.Continuation, FrameFlags.EndHeaders, 1, block[900..]);
        foreach (var next in FrameClient.Message(new PutRequest { Key = Key, Value = Key }.ToByteArray()))
        {
            await client.SendAsync(FrameKind.Data, FrameFlags.Padded, 1, [3, next, 0, 0, 0]);
        }

        await client.BeginAsync(1, FrameClient.Block(("x-trailer", "y")), isAll: true);
        Assert.Equal("0", (await client.ReadAnswerAsync(1)).GrpcStatus);
        Assert.Single(wire.Node.Logged);
    }

    [Theory]
    [InlineData("nothing", "", "13", "")]
    [InlineData("half a prefix", "000000", "13", "")]
    [InlineData("half a message", "00000000030A01", "13", "")]
    [InlineData("two messages", "00000000030A0161" + "00000000030A0161", "13", "")]
    [InlineData("a compressed message without its compression", "01000000030A0161", "13", "")]
    [InlineData("a message beyond the limit", "0000300000", "8", "grpc: received message larger than max (3145728 vs. 2097152)")]
    public async Task What_is_not_one_plain_message_is_refused_as_before(string what, string body, string status, string text)
    {
        await using var wire = await WireHost.StartAsync();
        using var client = await FrameClient.ConnectAsync(wire);
        await client.BeginAsync(1, FrameClient.Call(Put));
        await client.SendAsync(FrameKind.Data, FrameFlags.EndStream, 1, Convert.FromHexString(body));
        var answer = await client.ReadAnswerAsync(1);
        Assert.True(status == answer.GrpcStatus, $"{what}: {answer.GrpcStatus} {answer.Fields.GetValueOrDefault("grpc-message")}");
        Assert.EndsWith(text, answer.Fields.GetValueOrDefault("grpc-message", ""));
        Assert.Empty(wire.Node.Logged);
    }

    [Fact]
    public async Task A_deadline_ends_a_call_whose_request_does_not_come()
    {
        await using var wire = await WireHost.StartAsync();
        using var client = await FrameClient.ConnectAsync(wire);
        await client.BeginAsync(1, FrameClient.Call(Put, ("grpc-timeout", "20m")));
        Assert.Equal("4", (await client.ReadAnswerAsync(1)).GrpcStatus);
        Assert.Equal("0", (await CallAsync(client, 3, Put, new PutRequest { Key = Key })).GrpcStatus);
    }

    [Fact]
    public async Task An_answer_goes_out_in_pieces_of_the_clients_windows()
    {
        await using var wire = await WireHost.StartAsync();
        using var client = await FrameClient.ConnectAsync(wire, (Http2Setting.InitialWindowSize, 10));
        Assert.Equal("0", (await AnsweredAsync(client, 1, Put, new PutRequest { Key = Key, Value = Value(70_000) }, window: 100)).GrpcStatus);
        var range = new RangeRequest { Key = Key }.ToByteArray();
        await client.BeginAsync(3, FrameClient.Call(Range));
        await client.SendAsync(FrameKind.Data, FrameFlags.EndStream, 3, FrameClient.Message(range));
        var (frame, first) = await client.ReadAsync(FrameKind.Data);
        Assert.Equal((3, 10), (frame.Stream, frame.Length));

        await client.SendAsync(FrameKind.Settings, 0, 0, FrameClient.Payload((Http2Setting.InitialWindowSize, 30)));
        var (_, second) = await client.ReadAsync(FrameKind.Data);
        Assert.Equal(20, second.Length);

        await GrowAsync(client, 3, 100_000);
        await GrowAsync(client, 0, 100_000);
        var rest = await client.ReadAnswerAsync(3);
        Assert.Equal("0", rest.GrpcStatus);
        Assert.All(rest.Pieces, piece => Assert.InRange(piece.Length, 1, ConnectionLimits.FrameBytes));
        byte[] all = [.. first, .. second, .. rest.Body];
        Assert.Equal(Value(70_000), RangeResponse.Parser.ParseFrom(all, 5, all.Length - 5).Kvs[0].Value);
    }

    /// <summary>Answers of several streams wait for the connection's window, and one of them is cancelled.</summary>
    [Fact]
    public async Task The_connections_window_holds_for_all_streams()
    {
        await using var wire = await WireHost.StartAsync();
        using var client = await FrameClient.ConnectAsync(wire, (Http2Setting.InitialWindowSize, 1_000_000));
        await CallAsync(client, 1, Put, new PutRequest { Key = Key, Value = Value(40_000) });
        for (var stream = 3; stream <= 7; stream += 2)
        {
            await client.BeginAsync(stream, FrameClient.Call(Range));
            await client.SendAsync(FrameKind.Data, FrameFlags.EndStream, stream, FrameClient.Message(new RangeRequest { Key = Key }.ToByteArray()));
        }

        var received = new Dictionary<int, int> { [3] = 0, [5] = 0, [7] = 0 };
        // What the answer to the put took is gone too.
        while (received.Values.Sum() < ConnectionLimits.FirstWindowBytes - 100)
        {
            var (frame, _) = await client.ReadAsync(FrameKind.Data);
            received[frame.Stream] += frame.Length;
        }

        var cancelled = received.MinBy(pair => pair.Value).Key;
        await client.SendAsync(FrameKind.ResetStream, 0, cancelled, [0, 0, 0, 8]);
        await GrowAsync(client, 0, 1_000_000);
        while (received.Where(pair => pair.Key != cancelled).Any(pair => pair.Value < 40_000))
        {
            var (frame, _) = await client.ReadAsync(FrameKind.Data);
            received[frame.Stream] += frame.Length;
        }

        Assert.Equal("0", (await CallAsync(client, 9, Put, new PutRequest { Key = Key })).GrpcStatus);
    }

    /// <summary>More than both windows together hold: what was taken is given back.</summary>
    [Fact]
    public async Task The_servers_windows_are_refilled()
    {
        await using var wire = await WireHost.StartAsync();
        using var client = await FrameClient.ConnectAsync(wire);
        long sent = 0, allowed = ConnectionLimits.FirstWindowBytes;
        var answers = 0;
        var message = FrameClient.Message(new PutRequest { Key = Key, Value = Value(1_000_000) }.ToByteArray());
        for (var stream = 1; stream < 25; stream += 2)
        {
            await client.BeginAsync(stream, FrameClient.Call(Put));
            for (var at = 0; at < message.Length;)
            {
                while (allowed - sent < ConnectionLimits.FrameBytes)
                {
                    var (frame, payload) = (await client.ReadAsync())!.Value;
                    allowed += frame is { Kind: FrameKind.WindowUpdate, Stream: 0 } ? BinaryPrimitives.ReadInt32BigEndian(payload) : 0;
                    answers += frame is { Kind: FrameKind.Headers } && frame.Has(FrameFlags.EndStream) ? 1 : 0;
                }

                var piece = message[at..Math.Min(at + ConnectionLimits.FrameBytes, message.Length)];
                (at, sent) = (at + piece.Length, sent + piece.Length);
                await client.SendAsync(FrameKind.Data, at == message.Length ? FrameFlags.EndStream : 0, stream, piece);
            }
        }

        while (answers < 12)
        {
            var (frame, _) = await client.ReadAsync(FrameKind.Headers);
            answers += frame.Has(FrameFlags.EndStream) ? 1 : 0;
        }

        Assert.Equal(12, wire.Node.Logged.Count);
    }

    [Fact]
    public async Task More_data_than_the_window_holds_ends_the_connection()
    {
        await using var wire = await WireHost.StartAsync();
        using var client = await FrameClient.ConnectAsync(wire);
        // A stream of requests that nobody reads.
        await client.BeginAsync(1, FrameClient.Call("/etcdserverpb.Watch/Watch"));
        for (var sent = 0; sent <= ConnectionLimits.StreamWindowBytes; sent += ConnectionLimits.FrameBytes)
        {
            await client.SendAsync(FrameKind.Data, 0, 1, [0, 0, 0x1F, 0xFF, 0xFF, .. new byte[ConnectionLimits.FrameBytes - 5]]);
        }

        var answer = await client.ReadAnswerAsync(1);
        Assert.True(answer.Reset == Http2Error.FlowControlError || answer.GrpcStatus == "12", $"{answer.Reset} {answer.GrpcStatus}");
    }

    [Fact]
    public async Task One_stream_too_many_is_refused()
    {
        var options = new ServerOptions { Requests = new RequestOptions { MaxConcurrentStreams = 1 } };
        await using var wire = await WireHost.StartAsync(options);
        using var client = await FrameClient.ConnectAsync(wire);
        await client.BeginAsync(1, FrameClient.Call(Put));
        await client.BeginAsync(3, FrameClient.Call(Put));
        Assert.Equal(Http2Error.RefusedStream, (await client.ReadAnswerAsync(3)).Reset);
        await client.SendAsync(FrameKind.Data, FrameFlags.EndStream, 1, FrameClient.Message(new PutRequest { Key = Key }.ToByteArray()));
        Assert.Equal("0", (await client.ReadAnswerAsync(1)).GrpcStatus);
        Assert.Equal("0", (await CallAsync(client, 5, Put, new PutRequest { Key = Key })).GrpcStatus);
    }

    [Fact]
    public async Task A_client_that_falls_silent_is_asked_and_then_let_go()
    {
        var options = new ServerOptions
        {
            KeepAlive = new KeepAliveOptions { Interval = TimeSpan.FromMilliseconds(500), Timeout = TimeSpan.FromMilliseconds(500) },
        };
        await using var wire = await WireHost.StartAsync(options);
        using var client = await FrameClient.ConnectAsync(wire);
        var (_, payload) = await client.ReadAsync(FrameKind.Ping);
        await client.SendAsync(FrameKind.Ping, FrameFlags.Ack, 0, payload);
        await client.ReadAsync(FrameKind.Ping);
        await Assert.ThrowsAsync<EndOfStreamException>(() => client.ReadAsync(FrameKind.Ping));
    }

    [Fact]
    public async Task A_client_that_asks_and_does_not_read_is_cut_off()
    {
        await using var wire = await WireHost.StartAsync();
        using var client = await FrameClient.ConnectAsync(wire);
        byte[] pings = [.. Enumerable.Repeat(FrameClient.Bytes(FrameKind.Ping, 0, 0, new byte[8]), 10_000).SelectMany(ping => ping)];
        await Assert.ThrowsAsync<IOException>(async () =>
        {
            for (var i = 0; i < 1_000; i++)
            {
                await client.SendAsync(pings);
            }
        });
    }

    [Fact]
    public async Task A_server_that_stops_says_so_and_lets_calls_end()
    {
        var wire = await WireHost.StartAsync();
        using var client = await FrameClient.ConnectAsync(wire);
        Assert.Equal("0", (await CallAsync(client, 1, Put, new PutRequest { Key = Key })).GrpcStatus);
        await client.BeginAsync(3, FrameClient.Call(Put));
        await client.SendAsync(FrameKind.Ping, 0, 0, new byte[8]);
        while ((await client.ReadAsync())!.Value.Frame.Kind != FrameKind.Ping)
        {
        }

        var stopping = wire.DisposeAsync();
        var (_, payload) = await client.ReadAsync(FrameKind.GoAway);
        Assert.Equal((3, Http2Error.NoError), (BinaryPrimitives.ReadInt32BigEndian(payload), ErrorIn(payload)));
        await client.SendAsync(FrameKind.Data, FrameFlags.EndStream, 3, FrameClient.Message(new PutRequest { Key = Key }.ToByteArray()));
        Assert.Equal("0", (await client.ReadAnswerAsync(3)).GrpcStatus);
        Assert.Null(await client.ReadAsync());
        await stopping;
    }

    /// <summary>etcdctl 3.4 writes a URL there for what it asks of single endpoints.</summary>
    [Fact]
    public async Task An_authority_may_be_a_url()
    {
        await using var wire = await WireHost.StartAsync();
        using var client = await FrameClient.ConnectAsync(wire);
        (string, string)[] fields =
        [
            (":method", "POST"), (":scheme", "http"), (":path", "/etcdserverpb.Maintenance/Status"), (":authority", "http://127.0.0.1:2379"),
            ("content-type", "application/grpc"), ("te", "trailers"),
        ];
        await client.BeginAsync(1, FrameClient.Block(fields));
        await client.SendAsync(FrameKind.Data, FrameFlags.EndStream, 1, FrameClient.Message([]));
        Assert.Equal("0", (await client.ReadAnswerAsync(1)).GrpcStatus);
    }

    [Fact]
    public async Task Pages_are_served_over_HTTP2_with_and_without_their_body()
    {
        await using var wire = await WireHost.StartAsync();
        using var client = await FrameClient.ConnectAsync(wire);
        var get = FrameClient.Block((":method", "GET"), (":scheme", "http"), (":path", "/health?serializable=true"), ("cookie", "a"),
            ("cookie", "b"));
        await client.BeginAsync(1, get, isAll: true);
        var page = await client.ReadAnswerAsync(1);
        Assert.Equal(("200", """{"health":"true","reason":""}"""), (page.Fields[":status"], System.Text.Encoding.UTF8.GetString(page.Body)));
        await client.BeginAsync(3, FrameClient.Block((":method", "HEAD"), (":scheme", "http"), (":path", "/nothing")), isAll: true);
        var head = await client.ReadAnswerAsync(3);
        Assert.Equal("404", head.Fields[":status"]);
        Assert.Empty(head.Body);
    }

    /// <summary>The refusal comes before the client has sent all: it is told to stop.</summary>
    [Fact]
    public async Task An_early_answer_stops_the_client()
    {
        await using var wire = await WireHost.StartAsync();
        using var client = await FrameClient.ConnectAsync(wire);
        await client.BeginAsync(1, FrameClient.Call("/etcdserverpb.KV/Nope"));
        var answer = await client.ReadAnswerAsync(1);
        Assert.Equal("12", answer.GrpcStatus);
        var (frame, payload) = await client.ReadAsync(FrameKind.ResetStream);
        Assert.Equal((1, Http2Error.NoError), (frame.Stream, (Http2Error)BinaryPrimitives.ReadUInt32BigEndian(payload)));
        await client.SendAsync(FrameKind.Data, FrameFlags.EndStream, 1, new byte[100]);
        Assert.Equal("0", (await CallAsync(client, 3, Put, new PutRequest { Key = Key })).GrpcStatus);
    }

    // curl 7.88 hangs when the end of the answer comes before it has sent all, as with: curl https://.../nothing -d '{}'.
    [Fact]
    public async Task A_short_request_is_answered_when_all_of_it_is_there()
    {
        await using var wire = await WireHost.StartAsync();
        using var client = await FrameClient.ConnectAsync(wire);
        await client.BeginAsync(1, FrameClient.Call("/nothing", ("content-length", "5")));
        await Task.Delay(100, TestContext.Current.CancellationToken);
        await client.BeginAsync(3, FrameClient.Block((":method", "GET"), (":scheme", "http"), (":path", "/version")), isAll: true);
        Assert.Equal(3, (await client.ReadAsync(FrameKind.Headers)).Frame.Stream);
        await client.SendAsync(FrameKind.Data, FrameFlags.EndStream, 1, new byte[5]);
        Assert.Equal("12", (await client.ReadAnswerAsync(1)).GrpcStatus);
    }

    [Fact]
    public async Task A_short_request_that_is_never_sent_is_answered_all_the_same()
    {
        await using var wire = await WireHost.StartAsync();
        using var client = await FrameClient.ConnectAsync(wire);
        await client.BeginAsync(1, FrameClient.Block((":method", "POST"), (":scheme", "http"), (":path", "/nothing"), ("content-length", "4")));
        Assert.Equal("404", (await client.ReadAnswerAsync(1)).Fields[":status"]);
    }

    private static Http2Error ErrorIn(byte[] goAway) => (Http2Error)BinaryPrimitives.ReadUInt32BigEndian(goAway.AsSpan(4));

    private static ByteString Key => ByteString.CopyFromUtf8("k");

    private static ByteString Value(int length) => ByteString.CopyFrom([.. Enumerable.Range(0, length).Select(i => (byte)(i * 7))]);

    private static async Task<FrameClient.Answer> CallAsync(FrameClient client, int stream, string path, IMessage request)
    {
        await client.BeginAsync(stream, FrameClient.Call(path));
        var message = FrameClient.Message(request.ToByteArray());
        for (var at = 0; at < message.Length; at += ConnectionLimits.FrameBytes)
        {
            var piece = message[at..Math.Min(at + ConnectionLimits.FrameBytes, message.Length)];
            await client.SendAsync(FrameKind.Data, at + piece.Length == message.Length ? FrameFlags.EndStream : 0, stream, piece);
        }

        return await client.ReadAnswerAsync(stream);
    }

    private static async Task<FrameClient.Answer> AnsweredAsync(FrameClient client, int stream, string path, IMessage request, int window)
    {
        var answer = CallAsync(client, stream, path, request);
        await GrowAsync(client, stream, window);
        return await answer;
    }

    private static Task GrowAsync(FrameClient client, int stream, int more)
    {
        var payload = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(payload, more);
        return client.SendAsync(FrameKind.WindowUpdate, 0, stream, payload);
    }
}
