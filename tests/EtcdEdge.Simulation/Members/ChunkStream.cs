namespace EtcdEdge.Simulation.Members;

/// <summary>
/// The receiving end of a connection: a read waits, in the world's time, for the next chunk, and goes on in the event that brings it. What it may
/// have cost comes out of the reader's task.
/// </summary>
internal sealed class ChunkStream : Stream
{
    private byte[] _chunk = [];
    private int _at;
    private Exception? _broken;
    private Memory<byte> _into;
    private TaskCompletionSource<int>? _waiting;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>The next bytes, when the reader has taken the ones before; an empty array is the end.</summary>
    public void Arrive(byte[] chunk)
    {
        (_chunk, _at) = (chunk, 0);
        if (_waiting is { } waiting)
        {
            _waiting = null;
            waiting.SetResult(Take(_into));
        }
    }

    /// <summary>Nothing more will come.</summary>
    public void Break(Exception cause)
    {
        _broken = cause;
        if (_waiting is { } waiting)
        {
            _waiting = null;
            waiting.SetException(cause);
        }
    }

    /// <summary>Whether the reader has taken everything that came.</summary>
    public bool IsHungry => _waiting is not null;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_broken is not null)
        {
            return ValueTask.FromException<int>(_broken);
        }

        if (_at < _chunk.Length)
        {
            return ValueTask.FromResult(Take(buffer));
        }

        (_into, _waiting) = (buffer, new TaskCompletionSource<int>());
        return new ValueTask<int>(_waiting.Task);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int Take(Memory<byte> into)
    {
        var count = Math.Min(into.Length, _chunk.Length - _at);
        _chunk.AsMemory(_at, count).CopyTo(into);
        _at += count;
        return count;
    }
}
