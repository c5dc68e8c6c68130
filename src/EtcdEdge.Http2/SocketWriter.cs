using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace EtcdEdge.Http2;

/// <summary>
/// Writes to a connection's socket on the calling thread. The transport's own pipe passes each flush to another thread, which costs a wake-up per
/// response. The buffer is returned whenever it is empty, so that an idle connection holds none.
/// </summary>
public sealed class SocketWriter(Socket socket) : PipeWriter
{
    private byte[] _buffer = [];
    private int _length;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        var wanted = _length + Math.Max(sizeHint, 1);
        if (wanted > _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(wanted, Math.Max(ConnectionLimits.SocketBufferBytes, 2 * _buffer.Length)));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            Release();
            _buffer = larger;
        }

        return _buffer.AsMemory(_length);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes) => _length += bytes;

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        for (var sent = 0; sent < _length;)
        {
            sent += await socket.SendAsync(_buffer.AsMemory(sent, _length - sent), cancellationToken);
        }

        _length = 0;
        Release();
        _buffer = [];
        return default;
    }

    public override void CancelPendingFlush() => throw new NotSupportedException("a write ends with its connection");

    public override void Complete(Exception? exception = null) => Release();

    private void Release()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }
    }
}
