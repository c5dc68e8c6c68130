using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using EtcdEdge.Http2;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace EtcdEdge.Server.Api.Rpc;

/// <summary>
/// A gRPC call with one request and one response, served without a context (gRPC over HTTP/2). A request that is anything but one plain message of an
/// allowed size is given to an <see cref="HttpContextAdapter"/> with what came of it, so that every refusal is made in one place.
/// </summary>
#pragma warning disable CA1001 // Whatever ends the call disposes of the timer; a source of tokens without one holds nothing.
internal sealed class UnaryCall : PlainCall, IDirectHandler
{
    private readonly Http2Server _server;
    private readonly Http2Stream _stream;
    private readonly IUnaryMethod _method;
    private readonly CancellationTokenSource _end = new();
    private readonly Timer? _deadlineTimer;
    private readonly DateTime _deadline = DateTime.MaxValue;
    private int _phase;

    /// <summary>The prefix and the message, as far as they came; rented.</summary>
    private byte[] _body = [];
    private int _length;
    private Metadata? _headers;

    public UnaryCall(Http2Server server, Http2Stream stream, IUnaryMethod method)
    {
        (_server, _stream, _method) = (server, stream, method);
        if (CallTimeout.Parse(stream.Head.Timeout) is { } patience)
        {
            _deadline = DateTime.UtcNow + patience;
            _deadlineTimer = new Timer(static call => ((UnaryCall)call!).TooLate(), this, patience, Timeout.InfiniteTimeSpan);
        }
    }

    private enum Phase
    {
        /// <summary>The request is not complete yet.</summary>
        Coming,

        /// <summary>The method has it, or will in a moment.</summary>
        Served,

        /// <summary>The method will not see it.</summary>
        Over,
    }

    /// <summary>What the client announced as the message's length.</summary>
    private uint MessageBytes => BinaryPrimitives.ReadUInt32BigEndian(_body.AsSpan(1));

    private bool IsWhole => _length >= GrpcWire.PrefixBytes && _length == GrpcWire.PrefixBytes + MessageBytes;

    protected override string MethodCore => _stream.Head.Path!.Value;

    protected override string HostCore => _stream.Head.Authority;

    protected override string PeerCore => _stream.Connection.Transport.RemoteEndPoint switch
    {
        IPEndPoint { AddressFamily: AddressFamily.InterNetworkV6 } v6 => $"ipv6:{v6}",
        IPEndPoint v4 => $"ipv4:{v4}",
        _ => "unknown",
    };

    protected override DateTime DeadlineCore => _deadline;

    protected override Metadata RequestHeadersCore => _headers ??= ReadHeaders();

    protected override CancellationToken CancellationTokenCore => _end.Token;

    protected override HttpContext Http => new DefaultHttpContext(new HttpContextAdapter(_server, _stream).Features);

    /// <summary>The first value under a name in lower case, null when the client sent none.</summary>
    public string? Header(string name) => _stream.Head.Fields.Find(name);

    public void Received(in ReadOnlySequence<byte> data)
    {
        Keep(data);
        _stream.Consumed((int)data.Length);
        if (_length >= GrpcWire.PrefixBytes
            && (_body[0] != 0 || MessageBytes > _server.MaxMessageBytes || _length - GrpcWire.PrefixBytes > MessageBytes))
        {
            HandOver();
        }
    }

    public void Ended()
    {
        if (!IsWhole)
        {
            HandOver();
            _stream.Request!.Ended();
        }
        else if (Enter(Phase.Served))
        {
            _stream.Connection.Arrived(this);
        }
    }

    public void Aborted()
    {
        _deadlineTimer?.Dispose();
        ThreadPool.UnsafeQueueUserWorkItem(static end => end.Cancel(), _end, preferLocal: false);
        GiveUp();
    }

    /// <summary>Runs the method on this thread, as far as it goes without waiting.</summary>
    public void Serve() => _ = _method.AnswerAsync(this);

    /// <summary>The request; once.</summary>
    public DeserializationContext Request() =>
        new BytesContext(new ReadOnlySequence<byte>(_body, GrpcWire.PrefixBytes, _length - GrpcWire.PrefixBytes));

    /// <summary>The method has what it needs of the request's bytes.</summary>
    public void RequestIsRead()
    {
        ArrayPool<byte>.Shared.Return(_body);
        _body = [];
    }

    /// <summary>The method has answered.</summary>
    public void Succeed(UnaryAnswer answer)
    {
        _deadlineTimer?.Dispose();
        _stream.Answer(GrpcBlocks.Headers, answer.Message, GrpcBlocks.Success);
        _stream.Connection.HandlerReturned();
    }

    /// <summary>The method has refused, or failed.</summary>
    public void Fail(Exception error)
    {
        _deadlineTimer?.Dispose();
        var status = error is RpcException refusal ? refusal.Status : new Status(StatusCode.Unknown, "Exception was thrown by handler.");
        if (error is not (RpcException or OperationCanceledException))
        {
            _server.Log.HandlerFailed(MethodCore, error);
        }

        _stream.Answer(GrpcBlocks.Refusal(status), null, default);
        _stream.Connection.HandlerReturned();
    }

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) =>
        throw new NotSupportedException("no method that is served directly has headers of its own");

    private bool Enter(Phase phase) => Interlocked.CompareExchange(ref _phase, (int)phase, (int)Phase.Coming) == (int)Phase.Coming;

    private void GiveUp()
    {
        if (Enter(Phase.Over))
        {
            _stream.Connection.HandlerReturned();
        }
    }

    private void TooLate()
    {
        _stream.Answer(GrpcBlocks.Refusal(new Status(StatusCode.DeadlineExceeded, "Deadline Exceeded")), null, default);
        _end.Cancel();
        GiveUp();
    }

    private void Keep(in ReadOnlySequence<byte> data)
    {
        var length = _length + (int)data.Length;
        if (_body.Length < length)
        {
            var announced = _length >= GrpcWire.PrefixBytes ? GrpcWire.PrefixBytes + (long)MessageBytes : length;
            var larger = ArrayPool<byte>.Shared.Rent((int)Math.Max(length, announced));
            _body.AsSpan(0, _length).CopyTo(larger);
            if (_body.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_body);
            }

            _body = larger;
        }

        data.CopyTo(_body.AsSpan(_length));
        _length = length;
    }

    private void HandOver()
    {
        if (!Enter(Phase.Over))
        {
            return;
        }

        _deadlineTimer?.Dispose();
        var exchange = _server.BeginExchange(_stream);
        _stream.Request = exchange;
        exchange.BeginWith(_body.AsSpan(0, _length));
    }

    private Metadata ReadHeaders()
    {
        var metadata = new Metadata();
        foreach (var field in _stream.Head.Fields.Fields)
        {
            if (!field.Name.StartsWith(':') && !field.Name.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.Ordinal))
            {
                metadata.Add(field.Name, field.Value);
            }
        }

        return metadata;
    }
}
