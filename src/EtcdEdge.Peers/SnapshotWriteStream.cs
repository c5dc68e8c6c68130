using System.Buffers.Binary;
using EtcdEdge.Base;

namespace EtcdEdge.Peers;

/// <summary>
/// The output of a snapshot's source: cuts it into frames of <see cref="PeerLimits.SnapshotChunkBytes"/>, each with a CRC32C. Needs one buffer for a
/// snapshot of any size. A write that finds no room for <see cref="PeerLimits.SnapshotStallTimeout"/> fails.
/// </summary>
public sealed class SnapshotWriteStream(Stream output) : Stream
{
    private const int DataStart = FrameHeader.Size + sizeof(uint);

    private readonly byte[] _frame = new byte[DataStart + PeerLimits.SnapshotChunkBytes];
    private int _used;
    private long _length;
    private uint _crc;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    /// <summary>Bytes written so far.</summary>
    public override long Length => _length;

    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            var count = Math.Min(buffer.Length, PeerLimits.SnapshotChunkBytes - _used);
            buffer.Span[..count].CopyTo(_frame.AsSpan(DataStart + _used));
            _used += count;
            buffer = buffer[count..];
            if (_used == PeerLimits.SnapshotChunkBytes)
            {
                await SendChunkAsync(cancellationToken);
            }
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Sends what is left and the end with length and checksum of the whole.</summary>
    public async Task EndAsync(CancellationToken cancel)
    {
        await SendChunkAsync(cancel);
        var end = new byte[FrameHeader.Size + sizeof(long) + sizeof(uint)];
        new FrameHeader(end.Length - FrameHeader.Size, FrameKind.SnapshotEnd).WriteTo(end);
        BinaryPrimitives.WriteInt64LittleEndian(end.AsSpan(FrameHeader.Size), _length);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(FrameHeader.Size + sizeof(long)), _crc);
        await SendAsync(end, cancel);
        await output.FlushAsync(cancel);
    }

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("a snapshot is written asynchronously");

    private async ValueTask SendChunkAsync(CancellationToken cancel)
    {
        if (_used == 0)
        {
            return;
        }

        var data = _frame.AsMemory(DataStart, _used);
        new FrameHeader(sizeof(uint) + _used, FrameKind.SnapshotChunk).WriteTo(_frame);
        BinaryPrimitives.WriteUInt32LittleEndian(_frame.AsSpan(FrameHeader.Size), Crc32C.Of(data.Span));
        _crc = Crc32C.Append(_crc, data.Span);
        _length += _used;
        await SendAsync(_frame.AsMemory(0, DataStart + _used), cancel);
        _used = 0;
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        var write = output.WriteAsync(bytes, cancel);
        if (write.IsCompletedSuccessfully)
        {
            return;
        }

        try
        {
            await write.AsTask().WaitAsync(PeerLimits.SnapshotStallTimeout, cancel);
        }
        catch (TimeoutException)
        {
            throw new IOException($"the receiver took nothing for {PeerLimits.SnapshotStallTimeout.TotalSeconds} s");
        }
    }
}
