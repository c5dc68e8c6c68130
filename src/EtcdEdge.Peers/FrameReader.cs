using System.Buffers;
using System.IO.Pipelines;

namespace EtcdEdge.Peers;

/// <summary>
/// Reads frames from a pipe piece by piece, so that a body of any size needs no more than the pipe's window and each of its bytes is copied
/// once, to where it is wanted. One reader at a time. Whatever is read past a frame's end is a <see cref="ProtocolException"/>.
/// </summary>
public sealed class FrameReader(PipeReader input, int maxFrameBytes)
{
    private readonly byte[] _header = new byte[FrameHeader.Size];
    private readonly byte[] _head = new byte[PeerCodec.HeadSize];
    private ReadOnlySequence<byte> _buffered;
    private bool _holding;

    /// <summary>Bytes of the current frame's body that were not read yet.</summary>
    public int Remaining { get; private set; }

    /// <summary>Bytes read since the beginning, headers included.</summary>
    public long BytesRead { get; private set; }

    /// <summary>The next frame's header, or null at a clean end. The frame before must have been read to its end.</summary>
    public async ValueTask<FrameHeader?> NextAsync(CancellationToken cancel)
    {
        ExpectEnd();
        if (_buffered.IsEmpty && !await FillAsync(cancel))
        {
            return null;
        }

        await CopyAsync(_header, cancel);
        var header = FrameHeader.Parse(_header, maxFrameBytes);
        Remaining = header.Length;
        return header;
    }

    /// <summary>Fills <paramref name="destination"/> with the next bytes of the body.</summary>
    public ValueTask ReadAsync(Memory<byte> destination, CancellationToken cancel)
    {
        if (destination.Length > Remaining)
        {
            throw new ProtocolException($"frame ends {destination.Length - Remaining} bytes too early");
        }

        Remaining -= destination.Length;
        return CopyAsync(destination, cancel);
    }

    /// <summary>The next bytes in the reader's own memory, valid until the next such read. For the fixed heads of bodies.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadHeadAsync(int size, CancellationToken cancel)
    {
        var head = _head.AsMemory(0, size);
        await ReadAsync(head, cancel);
        return head;
    }

    /// <summary>The rest of the body in an array of its own.</summary>
    public async ValueTask<byte[]> ReadRestAsync(CancellationToken cancel)
    {
        var rest = Remaining == 0 ? [] : GC.AllocateUninitializedArray<byte>(Remaining);
        await ReadAsync(rest, cancel);
        return rest;
    }

    /// <summary>Throws unless the whole body was read.</summary>
    public void ExpectEnd()
    {
        if (Remaining != 0)
        {
            throw new ProtocolException($"frame has {Remaining} bytes too many");
        }
    }

    private ValueTask CopyAsync(Memory<byte> destination, CancellationToken cancel)
    {
        if (_buffered.Length < destination.Length)
        {
            return CopySlowlyAsync(destination, cancel);
        }

        Take(destination.Span);
        return ValueTask.CompletedTask;
    }

    private async ValueTask CopySlowlyAsync(Memory<byte> destination, CancellationToken cancel)
    {
        while (!destination.IsEmpty)
        {
            if (_buffered.IsEmpty && !await FillAsync(cancel))
            {
                throw new ProtocolException("connection ended inside a frame");
            }

            var count = (int)Math.Min(_buffered.Length, destination.Length);
            Take(destination.Span[..count]);
            destination = destination[count..];
        }
    }

    private void Take(Span<byte> destination)
    {
        _buffered.Slice(0, destination.Length).CopyTo(destination);
        _buffered = _buffered.Slice(destination.Length);
        BytesRead += destination.Length;
    }

    // All buffered bytes are consumed before more are read: the sender's window opens again however large the frame is.
    private async ValueTask<bool> FillAsync(CancellationToken cancel)
    {
        while (true)
        {
            if (_holding)
            {
                input.AdvanceTo(_buffered.Start);
                _holding = false;
            }

            var result = await input.ReadAsync(cancel);
            _buffered = result.Buffer;
            _holding = true;
            if (!_buffered.IsEmpty || result.IsCompleted)
            {
                return !_buffered.IsEmpty;
            }
        }
    }
}
