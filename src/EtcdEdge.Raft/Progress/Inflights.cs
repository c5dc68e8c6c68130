using EtcdEdge.Base;

namespace EtcdEdge.Raft.Progress;

/// <summary>
/// The append messages on their way to one follower: a queue of (last index, bytes), bounded by count and by bytes. The ring grows on
/// demand, so that an idle follower costs nothing.
/// </summary>
internal sealed class Inflights(int maxCount, long maxBytes)
{
    private const int InitialSlots = 8;

    private (ulong LastIndex, long Bytes)[] _ring = [];
    private int _head;

    /// <summary>Messages on their way.</summary>
    public int Count { get; private set; }

    /// <summary>Payload bytes on their way.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether nothing more may be sent. The byte limit lets the message that crosses it go, so that any entry can be sent.</summary>
    public bool Full => Count >= maxCount || Bytes >= maxBytes;

    /// <summary>Notes a message that ends in <paramref name="lastIndex"/>.</summary>
    public void Add(ulong lastIndex, long bytes)
    {
        Invariant.Require(Count < maxCount, "more messages in flight than allowed");
        if (Count == _ring.Length)
        {
            Grow();
        }

        _ring[(_head + Count) % _ring.Length] = (lastIndex, bytes);
        Count++;
        Bytes += bytes;
    }

    /// <summary>An acknowledgement of <paramref name="index"/> frees every message that ends at or before it.</summary>
    public void FreeUpTo(ulong index)
    {
        while (Count > 0 && _ring[_head].LastIndex <= index)
        {
            Bytes -= _ring[_head].Bytes;
            _head = (_head + 1) % _ring.Length;
            Count--;
        }
    }

    /// <summary>Forgets all of them.</summary>
    public void Clear()
    {
        _head = 0;
        Count = 0;
        Bytes = 0;
    }

    private void Grow()
    {
        var ring = new (ulong, long)[Math.Min(maxCount, Math.Max(InitialSlots, _ring.Length * 2))];
        for (var i = 0; i < Count; i++)
        {
            ring[i] = _ring[(_head + i) % _ring.Length];
        }

        (_ring, _head) = (ring, 0);
    }
}
