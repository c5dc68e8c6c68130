using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;

namespace EtcdEdge.Server.Listen;

/// <summary>
/// Lets clients in that write a whole URL where HTTP/2 wants host and port: etcdctl 3.4 does so for what it asks of single endpoints, grpc-go's server does not
/// mind, and Kestrel resets the stream. Frames are looked at until the first request's headers are there; as a client writes the same authority on all requests of
/// a connection, nothing is looked at any more once that is in order. Otherwise its bytes are written over, in place, by a host of the same length.
/// </summary>
/// <param name="inner">The connection's input, from its first byte on.</param>
internal sealed class AuthorityReader(PipeReader inner) : PipeReader
{
    private const int FrameHeaderBytes = 9;
    private const int PrefaceBytes = 24;
    private const byte HeadersFrame = 1;

    /// <summary>Bytes that need no look: the preface, then what is left of a frame that carries no headers.</summary>
    private long _unlooked = PrefaceBytes;

    /// <summary>Bytes that were looked at and given out, and not consumed yet.</summary>
    private long _givenOut;
    private ReadOnlySequence<byte> _buffer;
    private SequencePosition _end;
    private bool _mends;
    private bool _isDone;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        _isDone ? inner.ReadAsync(cancellationToken) : ReadAndLookAsync(cancellationToken);

    public override bool TryRead(out ReadResult result)
    {
        if (!inner.TryRead(out result))
        {
            return false;
        }
        if (_isDone)
        {
            return true;
        }
        result = Look(result);
        if (HasSomething(result))
        {
            return true;
        }
        AdvanceTo(result.Buffer.Start, result.Buffer.End);
        return false;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    // What is held back counts as examined when all that was given out does, so that the next read waits for more.
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (!_isDone)
        {
            _givenOut = _buffer.Slice(consumed, _end).Length;
            examined = examined.Equals(_end) ? _buffer.End : examined;
        }
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    private async ValueTask<ReadResult> ReadAndLookAsync(CancellationToken cancel)
    {
        while (true)
        {
            var result = Look(await inner.ReadAsync(cancel));
            if (HasSomething(result))
            {
                return result;
            }
            AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    private static bool HasSomething(in ReadResult result) => !result.Buffer.IsEmpty || result.IsCompleted || result.IsCanceled;

    /// <summary>Gives out what was looked at; a frame of headers is held back until it is whole.</summary>
    private ReadResult Look(in ReadResult read)
    {
        _buffer = read.Buffer;
        _end = _buffer.GetPosition(_givenOut + Look(_buffer.Slice(_givenOut)));
        var looked = _buffer.Slice(_buffer.Start, _isDone || read.IsCompleted ? _buffer.End : _end);
        return new ReadResult(looked, read.IsCanceled, read.IsCompleted);
    }

    /// <returns>How many bytes may go on.</returns>
    private long Look(ReadOnlySequence<byte> rest)
    {
        long before = rest.Length;
        // HTTP/1.1 under TLS.
        _isDone |= _unlooked == PrefaceBytes && Preface.IsHttp2(rest) == false;
        Span<byte> header = stackalloc byte[FrameHeaderBytes];
        while (!_isDone)
        {
            long passed = Math.Min(_unlooked, rest.Length);
            _unlooked -= passed;
            rest = rest.Slice(passed);
            if (_unlooked > 0 || rest.Length < FrameHeaderBytes)
            {
                break;
            }
            rest.Slice(0, FrameHeaderBytes).CopyTo(header);
            int frame = FrameHeaderBytes + ((header[0] << 16) | (header[1] << 8) | header[2]);
            if (header[3] == HeadersFrame && rest.Length < frame && frame <= Limits.AuthorityLookBytes)
            {
                break;
            }
            if (header[3] == HeadersFrame)
            {
                Mend(rest.Slice(FrameHeaderBytes, Math.Min(frame, rest.Length) - FrameHeaderBytes), flags: header[4]);
            }
            _unlooked = frame;
        }
        return before - rest.Length;
    }

    private void Mend(ReadOnlySequence<byte> headers, byte flags)
    {
        // Longer ones are nobody's who writes only what a client of etcd does.
        if (headers.Length > Limits.AuthorityLookBytes)
        {
            _isDone = true;
            return;
        }
        Span<byte> block = stackalloc byte[(int)headers.Length];
        headers.CopyTo(block);
        if (AuthorityField.FindUrl(block, flags) is { } url)
        {
            _mends = true;
            AuthorityField.WriteHost(block[url]);
            WriteBack(headers, block);
        }
        // A client that once wrote a URL does so again when its table of headers has forgotten it.
        _isDone = !_mends;
    }

    // The memory is the pipe's own, filled by the socket and read by nobody but who waits for this very read.
    private static void WriteBack(ReadOnlySequence<byte> target, ReadOnlySpan<byte> bytes)
    {
        foreach (var part in target)
        {
            bytes[..part.Length].CopyTo(MemoryMarshal.AsMemory(part).Span);
            bytes = bytes[part.Length..];
        }
    }
}
