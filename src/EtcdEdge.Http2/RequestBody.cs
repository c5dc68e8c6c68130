using System.Buffers;
using System.IO.Pipelines;

namespace EtcdEdge.Http2;

/// <summary>
/// A request's body between the reading thread and a handler. Bytes that the handler has examined are returned to the client's window.
/// </summary>
public sealed class RequestBody(Http2Stream stream) : PipeReader
{
    // The client's window bounds it, so the reading thread never waits.
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0, resumeWriterThreshold: 0, useSynchronizationContext: false));
    private readonly Lock _gate = new();
    private ReadOnlySequence<byte> _given;

    /// <summary>Bytes at the front that the handler has examined before and not consumed.</summary>
    private long _seen;

    /// <summary>Bytes that came and were not given back to the client's window.</summary>
    private long _owed;
    private long _free;
    private bool _hasEnded;
    private TaskCompletionSource? _whole;

    /// <summary>Completes when the client has sent all of it, or has aborted.</summary>
    public Task Whole
    {
        get
        {
            lock (_gate)
            {
                return _hasEnded ? Task.CompletedTask : (_whole ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }
        }
    }

    /// <summary>Bytes that the client's windows have back already.</summary>
    public void AddFree(ReadOnlySpan<byte> data)
    {
        _free += data.Length;
        Write(new ReadOnlySequence<byte>(data.ToArray()));
    }

    public void Add(in ReadOnlySequence<byte> data)
    {
        lock (_gate)
        {
            if (!_hasEnded)
            {
                _owed += data.Length;
                Write(data);
                return;
            }
        }

        stream.Consumed((int)data.Length);
    }

    public void End(Exception? why)
    {
        lock (_gate)
        {
            _hasEnded = true;
            _pipe.Writer.Complete(why);
            _whole?.TrySetResult();
        }
    }

    /// <summary>The handler has returned: what it left is given back, and so is all that comes.</summary>
    public void Forget()
    {
        long left;
        lock (_gate)
        {
            _hasEnded = true;
            (left, _owed) = (_owed, 0);
        }

        stream.Consumed((int)left);
        _pipe.Reader.Complete();
    }

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var read = await _pipe.Reader.ReadAsync(cancellationToken);
        _given = read.Buffer;
        return read;
    }

    public override bool TryRead(out ReadResult result)
    {
        var hasRead = _pipe.Reader.TryRead(out result);
        _given = result.Buffer;
        return hasRead;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        var looked = Math.Max(_given.Slice(0, examined).Length, _seen);
        var taken = _given.Slice(0, consumed).Length;
        var fresh = looked - _seen;
        _seen = looked - taken;
        _given = default;
        _pipe.Reader.AdvanceTo(consumed, examined);
        GiveBack(fresh);
    }

    public override void CancelPendingRead() => _pipe.Reader.CancelPendingRead();

    public override void Complete(Exception? exception = null)
    {
    }

    private void GiveBack(long bytes)
    {
        lock (_gate)
        {
            var free = Math.Min(_free, bytes);
            _free -= free;
            bytes = Math.Min(bytes - free, _owed);
            _owed -= bytes;
        }

        if (bytes > 0)
        {
            stream.Consumed((int)bytes);
        }
    }

    private void Write(in ReadOnlySequence<byte> data)
    {
        foreach (var part in data)
        {
            _pipe.Writer.Write(part.Span);
        }
        // Complete at once: the pipe has no threshold.
        var flush = _pipe.Writer.FlushAsync();
        _ = flush.IsCompleted ? flush.Result : throw new InvalidOperationException("a pipe without a threshold made its writer wait");
    }
}
