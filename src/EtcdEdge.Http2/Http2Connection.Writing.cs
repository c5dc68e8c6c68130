using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;
using EtcdEdge.Base.Threading;
using EtcdEdge.Http2.Hpack;

namespace EtcdEdge.Http2;

/// <summary>
/// What goes out: frames of the connection first, then answers in turn, as far as the client's windows reach. One writer at a time.
/// </summary>
public sealed partial class Http2Connection
{
    private readonly PipeWriter _output;
    private readonly ArrayBufferWriter<byte> _control = new(64);
    private readonly Queue<Http2Stream> _ready = new();

    /// <summary>Streams that wait for the connection's window.</summary>
    private readonly HashSet<Http2Stream> _waiting = [];
    private bool _isWriting;

    /// <summary>Nothing can be sent any more.</summary>
    private bool _isMute;

    public void Begin(Http2Stream stream, ReadOnlyMemory<byte> headers)
    {
        lock (_gate)
        {
            stream.Headers = headers;
        }
    }

    public ValueTask<bool> SendAsync(Http2Stream stream, ByteBlocks more)
    {
        Task drained;
        lock (_gate)
        {
            if (stream.IsClosed)
            {
                more.Clear();
                return ValueTask.FromResult(false);
            }

            Add(stream, more);
            Queue(stream);
            if (stream.Body is null or { Length: <= ConnectionLimits.ResponseBufferBytes })
            {
                return ValueTask.FromResult(true);
            }

            drained = stream.DrainedAsync();
        }

        return WaitAsync(drained, stream);
    }

    public void End(Http2Stream stream, ByteBlocks last, ReadOnlyMemory<byte> trailers)
    {
        lock (_gate)
        {
            if (stream.IsClosed)
            {
                last.Clear();
                return;
            }

            Add(stream, last);
            (stream.Trailers, stream.HasAnswerEnded) = (trailers, true);
            Queue(stream);
        }
    }

    public void Answer(Http2Stream stream, ReadOnlyMemory<byte> headers, ByteBlocks? body, ReadOnlyMemory<byte> trailers)
    {
        lock (_gate)
        {
            // A deadline may pass in the moment in which the method answers.
            if (stream.IsClosed || stream.HasAnswerEnded)
            {
                body?.Clear();
                return;
            }

            (stream.Headers, stream.Body, stream.Trailers, stream.HasAnswerEnded) = (headers, body, trailers, true);
            Queue(stream);
        }
    }

    /// <summary>Writes everything that is queued, on this thread.</summary>
    public void Execute() => _ = WriteAsync();

    private static void Add(Http2Stream stream, ByteBlocks more)
    {
        if (more.Length > 0)
        {
            stream.Body ??= new ByteBlocks();
            more.MoveTo(stream.Body);
        }
    }

    private static async ValueTask<bool> WaitAsync(Task drained, Http2Stream stream)
    {
        await drained;
        return !stream.IsClosed;
    }

    // Under the lock.
    private void Queue(Http2Stream stream)
    {
        if (!stream.IsClosed && !stream.IsQueued)
        {
            stream.IsQueued = true;
            _ready.Enqueue(stream);
            WakeWriter();
        }
    }

    // Under the lock.
    private void WakeWriter()
    {
        if (_isWriting || _isMute)
        {
            return;
        }

        _isWriting = true;
        if (!DeferredWork.TryDefer(this))
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    private async Task WriteAsync()
    {
        var isBroken = false;
        try
        {
            while (!isBroken && Fill())
            {
                var flushed = await _output.FlushAsync();
                isBroken = flushed.IsCompleted || flushed.IsCanceled;
            }
        }
        catch (Exception)
        {
            // Any failure of the socket or of TLS: nothing more can be sent, and the reader is notified.
            isBroken = true;
        }

        if (isBroken)
        {
            _transport.Abort();
        }

        StopWriting(isBroken);
    }

    // False when the queue is empty; the next thread that queues something becomes the writer.
    private bool Fill()
    {
        var written = 0;
        while (written < ConnectionLimits.WrittenAtOnce)
        {
            lock (_gate)
            {
                if (_control.WrittenCount > 0)
                {
                    _output.Write(_control.WrittenSpan);
                    written += _control.WrittenCount;
                    _control.ResetWrittenCount();
                }

                if (!_ready.TryDequeue(out var stream))
                {
                    _isWriting = written > 0;
                    break;
                }

                stream.IsQueued = false;
                written += stream.IsClosed ? 0 : Write(stream);
            }
        }

        return written > 0;
    }

    private void StopWriting(bool isBroken)
    {
        lock (_gate)
        {
            if (isBroken)
            {
                (_isMute, _isWriting) = (true, false);
            }

            EndIfLast();
        }
    }

    // Under the lock: as much of an answer as may go now, at most a few frames, so that every stream has its turn.
    private int Write(Http2Stream stream)
    {
        var before = 0;
        if (!stream.Headers.IsEmpty)
        {
            var isAll = stream is { HasAnswerEnded: true, Trailers.IsEmpty: true, Body: null or { Length: 0 } };
            before = WriteHeaders(stream, stream.Headers.Span, isAll);
            stream.Headers = default;
            if (isAll)
            {
                AnswerIsOut(stream);
                return before;
            }
        }

        var body = WriteBody(stream);
        if (stream.Body is { Length: > 0 })
        {
            return before + body;
        }

        if (stream.HasAnswerEnded && !stream.IsClosed)
        {
            body += stream.Trailers.IsEmpty
                ? WriteFrame(new Frame(0, FrameKind.Data, FrameFlags.EndStream, stream.Id))
                : WriteHeaders(stream, stream.Trailers.Span, isAll: true);
            AnswerIsOut(stream);
        }

        return before + body;
    }

    private int WriteBody(Http2Stream stream)
    {
        var written = 0;
        while (stream.Body is { Length: > 0 } body)
        {
            var length = (int)Math.Min(Math.Min(body.Length, ConnectionLimits.FrameBytes), Math.Min(_sendWindow, stream.SendWindow));
            if (length <= 0)
            {
                WaitForWindow(stream);
                break;
            }

            if (written >= ConnectionLimits.WrittenAtOnce / 2)
            {
                Queue(stream);
                break;
            }

            var isLast = length == body.Length && stream is { HasAnswerEnded: true, Trailers.IsEmpty: true };
            written += WriteFrame(new Frame(length, FrameKind.Data, isLast ? FrameFlags.EndStream : FrameFlags.None, stream.Id)) + length;
            body.TakeTo(_output, length);
            _sendWindow -= length;
            stream.SendWindow -= length;
            if (isLast)
            {
                AnswerIsOut(stream);
            }
        }

        if (stream.Body is null or { Length: < ConnectionLimits.ResponseBufferBytes / 2 })
        {
            stream.Drained();
        }

        return written;
    }

    private void WaitForWindow(Http2Stream stream)
    {
        if (_sendWindow <= 0)
        {
            _waiting.Add(stream);
        }
    }

    private int WriteHeaders(Http2Stream stream, ReadOnlySpan<byte> block, bool isAll)
    {
        var (kind, flags, written) = (FrameKind.Headers, isAll ? FrameFlags.EndStream : FrameFlags.None, 0);
        while (true)
        {
            var piece = block[..Math.Min(block.Length, ConnectionLimits.FrameBytes)];
            block = block[piece.Length..];
            written += WriteFrame(new Frame(piece.Length, kind, block.IsEmpty ? flags | FrameFlags.EndHeaders : flags, stream.Id)) + piece.Length;
            _output.Write(piece);
            if (block.IsEmpty)
            {
                return written;
            }

            (kind, flags) = (FrameKind.Continuation, FrameFlags.None);
        }
    }

    private int WriteFrame(Frame frame)
    {
        frame.Write(_output.GetSpan(Frame.HeaderBytes));
        _output.Advance(Frame.HeaderBytes);
        return Frame.HeaderBytes;
    }

    private void WritePreface()
    {
        Span<byte> settings = stackalloc byte[3 * 6];
        Put(settings, Http2Setting.MaxConcurrentStreams, (uint)_server.MaxStreams);
        Put(settings[6..], Http2Setting.InitialWindowSize, ConnectionLimits.StreamWindowBytes);
        Put(settings[12..], Http2Setting.MaxHeaderListSize, HpackLimits.HeaderListBytes);
        WriteControl(new Frame(settings.Length, FrameKind.Settings, FrameFlags.None, 0), settings);
        WriteWindowUpdate(0, ConnectionLimits.ConnectionWindowBytes - ConnectionLimits.FirstWindowBytes);
    }

    private static void Put(Span<byte> target, Http2Setting setting, uint value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(target, (ushort)setting);
        BinaryPrimitives.WriteUInt32BigEndian(target[2..], value);
    }

    private void WriteWindowUpdate(int stream, int more)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(payload, more);
        WriteControl(new Frame(4, FrameKind.WindowUpdate, FrameFlags.None, stream), payload);
    }

    private void WriteReset(int stream, Http2Error error)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(payload, (uint)error);
        WriteControl(new Frame(4, FrameKind.ResetStream, FrameFlags.None, stream), payload);
    }

    private void GoAway(Http2Error error, string reason)
    {
        byte[] payload = [.. new byte[8], .. Encoding.UTF8.GetBytes(reason)];
        BinaryPrimitives.WriteInt32BigEndian(payload, _lastStream);
        BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan(4), (uint)error);
        WriteControl(new Frame(payload.Length, FrameKind.GoAway, FrameFlags.None, 0), payload);
    }

    private void WriteControl(Frame frame, ReadOnlySpan<byte> payload)
    {
        lock (_gate)
        {
            if (_control.WrittenCount > ConnectionLimits.UnreadControlBytes)
            {
                // The client keeps sending requests and does not read the responses.
                _transport.Abort();
                return;
            }

            frame.Write(_control.GetSpan(Frame.HeaderBytes));
            _control.Advance(Frame.HeaderBytes);
            _control.Write(payload);
            WakeWriter();
        }
    }
}
