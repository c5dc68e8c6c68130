using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace EtcdEdge.Peers;

/// <summary>
/// The messages to be written to one channel of one connection, bounded by count and by bytes. Any thread adds without blocking; one writer takes. A
/// message larger than the byte bound is accepted when the queue is empty, so that it is not stuck forever.
/// </summary>
public sealed class OutgoingQueue<T>(int maxCount, long maxBytes)
{
    // An idle writer continues at once on the adding thread: it encodes, which is a copy, and passes the bytes to the multiplexer. One wake-up less
    // for each message.
    private readonly Channel<(T Item, long Bytes)> _items =
        Channel.CreateUnbounded<(T Item, long Bytes)>(new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = true });

    private long _bytes;
    private int _count;

    /// <summary>Bytes that wait.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>False when the queue is full or closed: the item is dropped.</summary>
    public bool TryAdd(T item, long bytes)
    {
        var count = Interlocked.Increment(ref _count);
        var total = Interlocked.Add(ref _bytes, bytes);
        if (count <= maxCount && (total <= maxBytes || count == 1) && _items.Writer.TryWrite((item, bytes)))
        {
            return true;
        }

        Interlocked.Decrement(ref _count);
        Interlocked.Add(ref _bytes, -bytes);
        return false;
    }

    /// <summary>Waits for something to take; false when the queue was closed and is empty.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancel) => _items.Reader.WaitToReadAsync(cancel);

    public bool TryTake([MaybeNullWhen(false)] out T item)
    {
        if (!_items.Reader.TryRead(out var next))
        {
            item = default;
            return false;
        }

        Interlocked.Decrement(ref _count);
        Interlocked.Add(ref _bytes, -next.Bytes);
        item = next.Item;
        return true;
    }

    /// <summary>Nothing more gets in.</summary>
    public void Close() => _items.Writer.TryComplete();
}
