using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using EtcdEdge.Base.Threading;
using EtcdEdge.Http2.Hpack;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace EtcdEdge.Http2;

/// <summary>
/// One client's connection (RFC 9113). One thread at a time reads it and runs the requests that it read: it first makes another thread continue
/// reading, so that a call which waits for the disk delays no other. One thread at a time writes, the first that has something to send. A lock guards
/// the shared fields.
/// </summary>
#pragma warning disable CA2012 // A read is waited for by whoever runs the pump next, once.
public sealed partial class Http2Connection : IThreadPoolWorkItem
{
    private static readonly List<IDirectHandler> s_none = [];
    private readonly Http2Server _server;
    private readonly ConnectionContext _transport;
    private readonly PipeReader _input;
    private readonly Action _pump;
    private readonly HpackDecoder _headers = new();
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ValueTaskAwaiter<ReadResult> _reading;

    /// <summary>Calls whose requests came whole with what was read last.</summary>
    private List<IDirectHandler> _arrived = [];

    /// <param name="server">The server that the connection belongs to.</param>
    /// <param name="transport">The accepted connection.</param>
    /// <param name="router">Chooses the requests that are served directly; null when all are served through an HttpContext.</param>
    public Http2Connection(Http2Server server, ConnectionContext transport, IRequestRouter? router)
    {
        _server = server;
        Router = router;
        _transport = transport;
        _input = transport.Transport.Input;
        _output = IsTls || transport.Features.Get<IConnectionSocketFeature>() is not { } owner
            ? transport.Transport.Output
            : new SocketWriter(owner.Socket);
        _pump = Pump;
    }

    /// <summary>Chooses the requests that are served directly; null when there are none.</summary>
    public IRequestRouter? Router { get; }

    /// <summary>The transport connection with its features, TLS included.</summary>
    public ConnectionContext Transport => _transport;

    private bool IsTls => _transport.Features.Get<ITlsConnectionFeature>() is not null;

    /// <summary>Serves the client until the connection has ended and nothing runs for it any more.</summary>
    public async Task ServeAsync()
    {
        var closing = _transport.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
        await using var _ = closing.UnsafeRegister(self => ((Http2Connection)self!).Drain(), this);
        WritePreface();
        _reading = _input.ReadAsync(CancellationToken.None).GetAwaiter();
        _reading.UnsafeOnCompleted(_pump);
        await _ended.Task;
        await _output.CompleteAsync();
        await _transport.Transport.Output.CompleteAsync();
        await _input.CompleteAsync();
    }

    // The thread that runs this is the reading thread, until it has started the next read.
    private void Pump()
    {
        while (true)
        {
            var goesOn = ReadOnce();
            var calls = TakeArrived();
            if (!goesOn)
            {
                Serve(calls);
                Finish();
                return;
            }

            var awaiter = _reading;
            if (!awaiter.IsCompleted)
            {
                awaiter.UnsafeOnCompleted(_pump);
                Serve(calls);
                return;
            }

            if (calls.Count > 0)
            {
                ThreadPool.UnsafeQueueUserWorkItem(Serve, calls, preferLocal: false);
            }
        }
    }

    /// <summary>Decodes what was read and starts the next read. False when the connection is at its end.</summary>
    private bool ReadOnce()
    {
        try
        {
            var read = _reading.GetResult();
            HeardFrom();
            _input.AdvanceTo(Take(read.Buffer), read.Buffer.End);
            if (read.IsCompleted || IsDrained)
            {
                return false;
            }

            _reading = _input.ReadAsync(CancellationToken.None).GetAwaiter();
            return true;
        }
        catch (Http2Exception broken)
        {
            _server.Log.ProtocolBroken($"{_transport.RemoteEndPoint}", broken.Error, broken.Message);
            GoAway(broken.Error, broken.Message);
            return false;
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The client reset the connection, or the transport gave it up.
            return false;
        }
        catch (Exception bug)
        {
            _server.Log.ReadingFailed($"{_transport.RemoteEndPoint}", bug);
            GoAway(Http2Error.InternalError, "");
            return false;
        }
    }

    // Never the list itself while it is empty: the next reading thread adds to it, while this one uses what it was given.
    private List<IDirectHandler> TakeArrived()
    {
        if (_arrived.Count == 0)
        {
            return s_none;
        }

        var calls = _arrived;
        _arrived = [];
        return calls;
    }

    private static void Serve(List<IDirectHandler> calls)
    {
        if (calls.Count == 0)
        {
            return;
        }

        var batch = DeferredWork.Open(hasSeveral: calls.Count > 1);
        try
        {
            foreach (var call in calls)
            {
                call.Serve();
            }
        }
        finally
        {
            batch.Close();
        }
    }

    /// <summary>Takes all whole frames; returns where the rest begins.</summary>
    private SequencePosition Take(ReadOnlySequence<byte> received)
    {
        if (!_hasPreface)
        {
            if (Preface.IsHttp2(received) is not { } isHttp2)
            {
                return received.Start;
            }

            _hasPreface = isHttp2 ? true : throw new Http2Exception(Http2Error.ProtocolError, "the connection does not begin with HTTP/2's preface");
            received = received.Slice(Preface.Length);
        }

        Span<byte> header = stackalloc byte[Frame.HeaderBytes];
        while (received.Length >= Frame.HeaderBytes)
        {
            received.Slice(0, Frame.HeaderBytes).CopyTo(header);
            var frame = Frame.Read(header);
            if (frame.Length > ConnectionLimits.FrameBytes)
            {
                throw new Http2Exception(Http2Error.FrameSizeError, $"a frame of {frame.Length} bytes, above {ConnectionLimits.FrameBytes}");
            }

            if (received.Length < Frame.HeaderBytes + frame.Length)
            {
                break;
            }

            Take(frame, received.Slice(Frame.HeaderBytes, frame.Length));
            received = received.Slice(Frame.HeaderBytes + frame.Length);
        }

        return received.Start;
    }
}
