using EtcdEdge.Http2.Hpack;

namespace EtcdEdge.Http2;

/// <summary>Streams from their opening to their close, and the windows of both sides (RFC 9113 sections 5 and 6.9).</summary>
public sealed partial class Http2Connection
{
    private readonly Dictionary<int, Http2Stream> _streams = [];

    /// <summary>The newest stream of the client's. The reading thread's.</summary>
    private int _lastStream;
    private int _receiveWindow = ConnectionLimits.ConnectionWindowBytes;
    private int _untoldWindow;
    private long _sendWindow = ConnectionLimits.FirstWindowBytes;
    private int _streamWindow = ConnectionLimits.FirstWindowBytes;

    /// <summary>Streams whose answer was out before their request was whole, and since when.</summary>
    private readonly Queue<(Http2Stream Stream, long AnsweredMs)> _unfinished = new();
    private bool _isDraining;
    private bool _isOver;

    /// <summary>Calls that were begun and whose handler has not returned; they outlive their streams when the client cancels.</summary>
    private int _running;

    /// <summary>The server stops and the last answer is out.</summary>
    private bool IsDrained
    {
        get
        {
            lock (_gate)
            {
                return _isDraining && _streams.Count == 0;
            }
        }
    }

    /// <summary>A handler has returned. Any thread.</summary>
    public void HandlerReturned()
    {
        lock (_gate)
        {
            _running--;
            EndIfLast();
        }
    }

    private void Open(Frame start, HeaderList fields)
    {
        _lastStream = start.Stream;
        if (fields.IsTooLarge || RequestHead.Read(fields) is not { } head)
        {
            WriteReset(start.Stream, fields.IsTooLarge ? Http2Error.EnhanceYourCalm : Http2Error.ProtocolError);
            return;
        }

        var stream = new Http2Stream(this, start.Stream, head);
        lock (_gate)
        {
            if (_isDraining || _streams.Count >= _server.MaxStreams)
            {
                WriteReset(start.Stream, Http2Error.RefusedStream);
                return;
            }

            if (_running - _streams.Count > ConnectionLimits.AbandonedCalls)
            {
                throw new Http2Exception(Http2Error.EnhanceYourCalm, "too many calls are cancelled as soon as they begin");
            }

            stream.SendWindow = _streamWindow;
            _streams.Add(stream.Id, stream);
            _running++;
        }

        stream.Request = _server.Begin(stream);
        if (start.Has(FrameFlags.EndStream))
        {
            EndRequest(stream);
        }
    }

    /// <summary>The call came whole: it is served with the others of this read.</summary>
    public void Arrived(IDirectHandler call) => _arrived.Add(call);

    private void EndRequest(Http2Stream stream)
    {
        if (stream.Head.ContentLength is { } announced && announced != stream.ReceivedBytes)
        {
            Reset(stream, Http2Error.ProtocolError);
            return;
        }

        lock (_gate)
        {
            stream.HasRequestEnded = true;
            if (stream.IsClosed)
            {
                return;
            }
        }

        stream.Request!.Ended();
    }

    /// <summary>Ends a stream from this side; an answer that is whole still goes out, and its end is the stream's.</summary>
    public void Reset(Http2Stream stream, Http2Error error)
    {
        bool isAnswered;
        lock (_gate)
        {
            isAnswered = stream.HasAnswerEnded;
        }

        if (!isAnswered && Close(stream))
        {
            WriteReset(stream.Id, error);
            stream.Request!.Aborted();
        }
    }

    /// <summary>True for the caller that closed it.</summary>
    private bool Close(Http2Stream stream)
    {
        lock (_gate)
        {
            if (stream.IsClosed)
            {
                return false;
            }

            stream.IsClosed = true;
            _streams.Remove(stream.Id);
            _waiting.Remove(stream);
            stream.Body?.Clear();
            stream.Drained();
            EndIfDrained();
            return true;
        }
    }

    /// <summary>
    /// The response is complete. A client that is still sending its request may continue for a moment, so that it can read the response undisturbed;
    /// then it is told to stop by RST_STREAM(NO_ERROR) (RFC 9113 section 8.1). Under the lock.
    /// </summary>
    private void AnswerIsOut(Http2Stream stream)
    {
        if (stream.HasRequestEnded)
        {
            Close(stream);
            return;
        }

        stream.IsClosed = true;
        stream.Drained();
        _unfinished.Enqueue((stream, Environment.TickCount64));
        if (_isDraining)
        {
            StopUnfinished(Environment.TickCount64);
        }
    }

    /// <summary>Resets the streams whose response was complete before this moment and whose request is not.</summary>
    private void StopUnfinished(long beforeMs)
    {
        lock (_gate)
        {
            while (_unfinished.TryPeek(out var next) && next.AnsweredMs <= beforeMs)
            {
                _unfinished.Dequeue();
                if (_streams.ContainsKey(next.Stream.Id))
                {
                    WriteReset(next.Stream.Id, Http2Error.NoError);
                    Forget(next.Stream);
                }
            }
        }
    }

    private void ForgetAtEnd(Frame frame, Http2Stream? stream)
    {
        if (stream is not null && frame.Has(FrameFlags.EndStream))
        {
            Forget(stream);
        }
    }

    /// <summary>Nothing more comes for a stream that was answered before its request was whole.</summary>
    private void Forget(Http2Stream stream)
    {
        lock (_gate)
        {
            _streams.Remove(stream.Id);
            EndIfDrained();
        }
    }

    // Under the lock.
    private void EndIfDrained()
    {
        if (_isDraining && _streams.Count == 0)
        {
            _input.CancelPendingRead();
        }
    }

    /// <summary>The client has used up some of both windows.</summary>
    private void Received(Http2Stream? stream, int bytes)
    {
        lock (_gate)
        {
            _receiveWindow -= bytes;
            if (stream is not null)
            {
                stream.ReceiveWindow -= bytes;
            }
        }

        if (_receiveWindow < 0 || stream is { ReceiveWindow: < 0 })
        {
            throw new Http2Exception(Http2Error.FlowControlError, "more data than the window has room for");
        }
    }

    /// <summary>Returns bytes to the windows; a WINDOW_UPDATE is sent when it is worth a frame. Any thread.</summary>
    public void Consumed(Http2Stream? stream, int bytes)
    {
        lock (_gate)
        {
            _untoldWindow += bytes;
            if (_untoldWindow >= ConnectionLimits.ConnectionWindowBytes / 2)
            {
                WriteWindowUpdate(0, _untoldWindow);
                _receiveWindow += _untoldWindow;
                _untoldWindow = 0;
            }

            if (stream is null || stream.IsClosed || stream.HasRequestEnded)
            {
                return;
            }

            stream.UnacknowledgedWindow += bytes;
            if (stream.UnacknowledgedWindow >= ConnectionLimits.StreamWindowBytes / 2)
            {
                WriteWindowUpdate(stream.Id, stream.UnacknowledgedWindow);
                stream.ReceiveWindow += stream.UnacknowledgedWindow;
                stream.UnacknowledgedWindow = 0;
            }
        }
    }

    private void GrowWindow(int more)
    {
        lock (_gate)
        {
            _sendWindow += more;
            if (more == 0 || _sendWindow > WindowMax)
            {
                throw new Http2Exception(more == 0 ? Http2Error.ProtocolError : Http2Error.FlowControlError, $"a window update of {more}");
            }

            foreach (var stream in _waiting)
            {
                Queue(stream);
            }

            _waiting.Clear();
        }
    }

    private void GrowWindow(Http2Stream stream, int more)
    {
        lock (_gate)
        {
            stream.SendWindow += more;
            if (more > 0 && stream.SendWindow <= WindowMax)
            {
                QueueIfWaiting(stream);
                return;
            }
        }

        Reset(stream, more == 0 ? Http2Error.ProtocolError : Http2Error.FlowControlError);
    }

    private void SetStreamWindow(int size)
    {
        lock (_gate)
        {
            foreach (var stream in _streams.Values)
            {
                stream.SendWindow += size - _streamWindow;
                if (stream.SendWindow > WindowMax)
                {
                    throw new Http2Exception(Http2Error.FlowControlError, $"SETTINGS_INITIAL_WINDOW_SIZE {size} makes a window too large");
                }

                QueueIfWaiting(stream);
            }

            _streamWindow = size;
        }
    }

    private void QueueIfWaiting(Http2Stream stream)
    {
        if (stream is { SendWindow: > 0, Body.Length: > 0 })
        {
            Queue(stream);
        }
    }

    /// <summary>The server stops: no new calls, and the connection ends with its last answer.</summary>
    private void Drain()
    {
        lock (_gate)
        {
            if (_isDraining || _isOver)
            {
                return;
            }

            _isDraining = true;
            StopUnfinished(Environment.TickCount64);
            EndIfDrained();
        }

        GoAway(Http2Error.NoError, "");
    }

    /// <summary>Reading has ended: open requests are aborted, and the last of them ends the connection.</summary>
    private void Finish()
    {
        Http2Stream[] left;
        lock (_gate)
        {
            _isOver = true;
            left = [.. _streams.Values];
        }

        foreach (var stream in left)
        {
            Close(stream);
            stream.Request!.Aborted();
        }

        lock (_gate)
        {
            EndIfLast();
        }
    }

    // Under the lock: nothing reads, runs or writes any more. The waiter continues on another thread.
    private void EndIfLast()
    {
        if (_isOver && _running == 0 && !_isWriting)
        {
            _ended.TrySetResult();
        }
    }
}
