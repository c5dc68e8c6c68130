using System.Buffers;
using System.IO.Pipelines;

namespace EtcdEdge.Http2;

/// <summary>Bytes on their way to a client, in rented blocks: written at one end, taken at the other. Not for two threads at once.</summary>
public sealed class ByteBlocks : IBufferWriter<byte>
{
    private const int SmallestBlock = 512;
    private const int LargestBlock = 32 * 1024;

    private ArraySegment<byte> _front;
    private Queue<ArraySegment<byte>>? _behind;
    private byte[] _open = [];
    private int _written;
    private long _closed;

    /// <summary>Bytes that were written and not taken yet.</summary>
    public long Length => _closed + _written;

    /// <summary>Makes the first block as large as the expected output, where that is known and not too large for one block.</summary>
    public void Expect(int bytes)
    {
        if (_open.Length == 0)
        {
            _open = ArrayPool<byte>.Shared.Rent(Math.Clamp(bytes, 1, LargestBlock));
        }
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_open.Length - _written < Math.Max(sizeHint, 1))
        {
            CloseBlock();
            _open = ArrayPool<byte>.Shared.Rent((int)Math.Max(sizeHint, Math.Clamp(2 * Length, SmallestBlock, LargestBlock)));
        }

        return _open.AsMemory(_written);
    }

    public void Advance(int count) => _written += count;

    /// <summary>Gives all bytes to another list, behind what that has.</summary>
    public void MoveTo(ByteBlocks target)
    {
        CloseBlock();
        target.CloseBlock();
        while (_closed > 0)
        {
            _closed -= _front.Count;
            target.Add(_front);
            NextBlock();
        }
    }

    /// <summary>Takes the next <paramref name="count"/> bytes; there are as many.</summary>
    public void TakeTo(PipeWriter target, int count)
    {
        if (_closed < count)
        {
            CloseBlock();
        }

        _closed -= count;
        while (count > 0)
        {
            var piece = _front.AsSpan(0, Math.Min(count, _front.Count));
            target.Write(piece);
            count -= piece.Length;
            _front = _front[piece.Length..];
            if (_front.Count == 0)
            {
                Release(_front);
                NextBlock();
            }
        }
    }

    /// <summary>Forgets all bytes.</summary>
    public void Clear()
    {
        CloseBlock();
        for (; _closed > 0; NextBlock())
        {
            _closed -= _front.Count;
            Release(_front);
        }
    }

    private void CloseBlock()
    {
        if (_written > 0)
        {
            Add(new ArraySegment<byte>(_open, 0, _written));
        }
        else if (_open.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_open);
        }

        (_open, _written) = ([], 0);
    }

    private void Add(ArraySegment<byte> block)
    {
        _closed += block.Count;
        if (_front.Count == 0)
        {
            _front = block;
        }
        else
        {
            (_behind ??= new()).Enqueue(block);
        }
    }

    private void NextBlock() => _front = _behind is not null && _behind.TryDequeue(out var next) ? next : default;

    private static void Release(ArraySegment<byte> block) => ArrayPool<byte>.Shared.Return(block.Array!);
}
