using System.Buffers;
using System.Buffers.Binary;
using EtcdEdge.Http2.Hpack;

namespace EtcdEdge.Http2;

/// <summary>What the client's frames mean: one method per kind (RFC 9113 section 6). The reading thread's.</summary>
public sealed partial class Http2Connection
{
    private const int WindowMax = int.MaxValue;
    private bool _hasPreface;

    /// <summary>A header block that continues in CONTINUATION frames, and its stream.</summary>
    private ArrayBufferWriter<byte>? _block;
    private Frame _blockStart;
    private byte[]? _scratch;

    private void Take(Frame frame, in ReadOnlySequence<byte> payload)
    {
        if (_block is not null && (frame.Kind != FrameKind.Continuation || frame.Stream != _blockStart.Stream))
        {
            throw new Http2Exception(Http2Error.ProtocolError, "a header block is followed by something else than its continuation");
        }

        if (frame.Kind == FrameKind.Data)
        {
            OnData(frame, payload);
            return;
        }

        OnOther(frame, Whole(payload));
    }

    private void OnOther(Frame frame, ReadOnlySpan<byte> payload)
    {
        switch (frame.Kind)
        {
            case FrameKind.Headers:
                OnHeaders(frame, payload);
                break;
            case FrameKind.Continuation:
                OnContinuation(frame, payload);
                break;
            case FrameKind.WindowUpdate:
                OnWindowUpdate(frame, payload);
                break;
            case FrameKind.ResetStream:
                OnReset(frame, payload);
                break;
            case FrameKind.Settings:
                OnSettings(frame, payload);
                break;
            case FrameKind.Ping:
                OnPing(frame, payload);
                break;
            case FrameKind.Priority:
                Demand(frame, ofStream: true, length: 5);
                break;
            case FrameKind.GoAway:
                Demand(frame, ofStream: false);
                break;
            case FrameKind.PushPromise:
                throw new Http2Exception(Http2Error.ProtocolError, "clients push nothing");
        }
    }

    private void OnData(Frame frame, ReadOnlySequence<byte> payload)
    {
        Demand(frame, ofStream: true);
        var stream = Known(frame);
        Received(stream, frame.Length);
        if (frame.Has(FrameFlags.Padded))
        {
            var padding = frame.Length == 0 ? 0 : payload.FirstSpan[0];
            if (padding >= frame.Length)
            {
                throw new Http2Exception(Http2Error.ProtocolError, "padding that is longer than its frame");
            }

            Consumed(stream, padding + 1);
            payload = payload.Slice(1, frame.Length - 1 - padding);
        }

        if (stream is null or { IsClosed: true })
        {
            Consumed(null, (int)payload.Length);
            ForgetAtEnd(frame, stream);
            return;
        }

        if (stream.HasRequestEnded)
        {
            Consumed(null, (int)payload.Length);
            Reset(stream, Http2Error.StreamClosed);
            return;
        }

        stream.ReceivedBytes += payload.Length;
        if (!payload.IsEmpty)
        {
            stream.Request!.Received(payload);
        }

        if (frame.Has(FrameFlags.EndStream))
        {
            EndRequest(stream);
        }
    }

    private void OnHeaders(Frame frame, ReadOnlySpan<byte> payload)
    {
        Demand(frame, ofStream: true);
        var padding = 0;
        if (frame.Has(FrameFlags.Padded))
        {
            padding = payload.IsEmpty ? 0 : payload[0];
            payload = payload.IsEmpty ? payload : payload[1..];
        }

        var priority = frame.Has(FrameFlags.Priority) ? 5 : 0;
        if (padding + priority > payload.Length)
        {
            throw new Http2Exception(Http2Error.ProtocolError, "a header frame that is shorter than its padding and priority");
        }

        payload = payload[priority..^padding];
        if (frame.Has(FrameFlags.EndHeaders))
        {
            OnHeaderBlock(frame, payload);
            return;
        }

        (_block, _blockStart) = (new ArrayBufferWriter<byte>(payload.Length * 2), frame);
        _block.Write(payload);
    }

    private void OnContinuation(Frame frame, ReadOnlySpan<byte> payload)
    {
        if (_block is null || payload.Length + _block.WrittenCount > ConnectionLimits.HeaderBlockBytes || payload.IsEmpty)
        {
            throw _block is null
                ? new Http2Exception(Http2Error.ProtocolError, "a continuation of no header block")
                : new Http2Exception(Http2Error.EnhanceYourCalm,
                    $"a header block of more than {ConnectionLimits.HeaderBlockBytes} bytes, or of empty frames");
        }

        _block.Write(payload);
        if (frame.Has(FrameFlags.EndHeaders))
        {
            var block = _block;
            _block = null;
            OnHeaderBlock(_blockStart, block.WrittenSpan);
        }
    }

    // Every block is decoded, even if it is not used: the dynamic table must stay in step.
    private void OnHeaderBlock(Frame start, ReadOnlySpan<byte> block)
    {
        var fields = new HeaderList();
        _headers.Decode(block, fields);
        if (start.Stream % 2 == 0)
        {
            throw new Http2Exception(Http2Error.ProtocolError, $"a request on stream {start.Stream}; clients' streams are odd");
        }

        if (start.Stream > _lastStream)
        {
            Open(start, fields);
            return;
        }
        // Trailers, which are not used here, or frames that were in transit when the stream was reset.
        var stream = Known(start);
        if (stream is null or { IsClosed: true })
        {
            ForgetAtEnd(start, stream);
        }
        else
        {
            if (stream.HasRequestEnded || !start.Has(FrameFlags.EndStream))
            {
                Reset(stream, stream.HasRequestEnded ? Http2Error.StreamClosed : Http2Error.ProtocolError);
                return;
            }

            EndRequest(stream);
        }
    }

    private void OnWindowUpdate(Frame frame, ReadOnlySpan<byte> payload)
    {
        Demand(frame, ofStream: frame.Stream != 0, length: 4);
        var more = BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue;
        if (frame.Stream == 0)
        {
            GrowWindow(more);
        }
        else if (Known(frame) is { } stream)
        {
            GrowWindow(stream, more);
        }
    }

    private void OnReset(Frame frame, ReadOnlySpan<byte> payload)
    {
        Demand(frame, ofStream: true, length: 4);
        if (Known(frame) is { } stream)
        {
            Close(stream);
            Forget(stream);
            stream.Request!.Aborted();
        }
    }

    private void OnSettings(Frame frame, ReadOnlySpan<byte> payload)
    {
        Demand(frame, ofStream: false);
        var isAck = frame.Has(FrameFlags.Ack);
        if (payload.Length % 6 != 0 || (isAck && !payload.IsEmpty))
        {
            throw new Http2Exception(Http2Error.FrameSizeError, $"settings of {payload.Length} bytes");
        }

        if (isAck)
        {
            return;
        }

        for (; !payload.IsEmpty; payload = payload[6..])
        {
            Set((Http2Setting)BinaryPrimitives.ReadUInt16BigEndian(payload), BinaryPrimitives.ReadUInt32BigEndian(payload[2..]));
        }

        WriteControl(new Frame(0, FrameKind.Settings, FrameFlags.Ack, 0), []);
    }

    private void Set(Http2Setting setting, uint value)
    {
        switch (setting)
        {
            case Http2Setting.EnablePush when value > 1:
                throw new Http2Exception(Http2Error.ProtocolError, $"SETTINGS_ENABLE_PUSH is {value}");
            case Http2Setting.InitialWindowSize when value > WindowMax:
                throw new Http2Exception(Http2Error.FlowControlError, $"SETTINGS_INITIAL_WINDOW_SIZE is {value}");
            case Http2Setting.InitialWindowSize:
                SetStreamWindow((int)value);
                break;
            case Http2Setting.MaxFrameSize when value is < ConnectionLimits.FrameBytes or > 0xFFFFFF:
                throw new Http2Exception(Http2Error.ProtocolError, $"SETTINGS_MAX_FRAME_SIZE is {value}");
                // Larger frames would only delay the other streams; smaller ones may not be requested.
        }
    }

    private void OnPing(Frame frame, ReadOnlySpan<byte> payload)
    {
        Demand(frame, ofStream: false, length: 8);
        if (!frame.Has(FrameFlags.Ack))
        {
            WriteControl(new Frame(8, FrameKind.Ping, FrameFlags.Ack, 0), payload);
        }
    }

    /// <summary>
    /// The stream of a frame; null when it is closed. Frames of such may have been on their way, those of a stream to come are an error.
    /// </summary>
    private Http2Stream? Known(Frame frame)
    {
        if (frame.Stream > _lastStream || frame.Stream % 2 == 0)
        {
            throw new Http2Exception(Http2Error.ProtocolError, $"{frame.Kind} on stream {frame.Stream}, which is idle");
        }

        lock (_gate)
        {
            return _streams.GetValueOrDefault(frame.Stream);
        }
    }

    private static void Demand(Frame frame, bool ofStream, int? length = null)
    {
        if (frame.Stream != 0 != ofStream)
        {
            throw new Http2Exception(Http2Error.ProtocolError, $"{frame.Kind} on stream {frame.Stream}");
        }

        if (length is { } demanded && frame.Length != demanded)
        {
            throw new Http2Exception(Http2Error.FrameSizeError, $"{frame.Kind} of {frame.Length} bytes");
        }
    }

    private ReadOnlySpan<byte> Whole(in ReadOnlySequence<byte> payload)
    {
        if (payload.IsSingleSegment)
        {
            return payload.FirstSpan;
        }

        _scratch ??= new byte[ConnectionLimits.FrameBytes];
        payload.CopyTo(_scratch);
        return _scratch.AsSpan(0, (int)payload.Length);
    }
}
