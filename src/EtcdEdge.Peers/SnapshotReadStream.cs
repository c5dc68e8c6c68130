using System.Buffers.Binary;
using EtcdEdge.Base;

namespace EtcdEdge.Peers;

/// <summary>
/// What a snapshot's sink reads from. Hands out no byte before its frame's checksum was verified, and no end before length and checksum
/// of the whole were. Damage and silence throw <see cref="ProtocolException"/> and <see cref="IOException"/>.
/// </summary>
public sealed class SnapshotReadStream(FrameReader reader) : Stream
{
    private readonly byte[] _crcBytes = new byte[sizeof(uint)];
    private readonly byte[] _chunk = new byte[PeerLimits.SnapshotChunkBytes];
    private int _position;
    private int _filled;
    private long _length;
    private uint _crc;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    /// <summary>Bytes received so far.</summary>
    public override long Length => _length;

    /// <summary>Whether the end was seen and everything before it was whole.</summary>
    public bool Ended { get; private set; }

    public override long Position
    {
        get => _length - _filled + _position;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position == _filled && !Ended)
        {
            await NextFrameAsync(cancellationToken);
        }

        var count = Math.Min(buffer.Length, _filled - _position);
        _chunk.AsMemory(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("a snapshot is read asynchronously");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private async ValueTask NextFrameAsync(CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(PeerLimits.SnapshotStallTimeout);
        try
        {
            var header = await reader.NextAsync(patience.Token) ?? throw new IOException("the sender closed the connection before the end");
            if (header.Kind == FrameKind.SnapshotChunk)
            {
                await ReadChunkAsync(patience.Token);
            }
            else if (header.Kind == FrameKind.SnapshotEnd)
            {
                ReadEnd(await reader.ReadRestAsync(patience.Token));
            }
            else
            {
                throw new ProtocolException($"frame of kind {(byte)header.Kind} inside a snapshot");
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new IOException($"the sender sent nothing for {PeerLimits.SnapshotStallTimeout.TotalSeconds} s");
        }
    }

    private async ValueTask ReadChunkAsync(CancellationToken cancel)
    {
        var size = reader.Remaining - sizeof(uint);
        if (size <= 0 || size > _chunk.Length)
        {
            throw new ProtocolException($"snapshot chunk of {size} bytes");
        }

        await reader.ReadAsync(_crcBytes, cancel);
        await reader.ReadAsync(_chunk.AsMemory(0, size), cancel);
        if (Crc32C.Of(_chunk.AsSpan(0, size)) != BinaryPrimitives.ReadUInt32LittleEndian(_crcBytes))
        {
            throw new ProtocolException($"snapshot is damaged after byte {_length}: checksum mismatch");
        }

        _crc = Crc32C.Append(_crc, _chunk.AsSpan(0, size));
        _length += size;
        _position = 0;
        _filled = size;
    }

    private void ReadEnd(ReadOnlySpan<byte> end)
    {
        if (end.Length != sizeof(long) + sizeof(uint) || BinaryPrimitives.ReadInt64LittleEndian(end) != _length
            || BinaryPrimitives.ReadUInt32LittleEndian(end[sizeof(long)..]) != _crc)
        {
            throw new ProtocolException($"snapshot of {_length} bytes does not match its end");
        }

        Ended = true;
    }
}
