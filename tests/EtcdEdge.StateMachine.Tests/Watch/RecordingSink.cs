using EtcdEdge.StateMachine.Watch;

namespace EtcdEdge.StateMachine.Tests.Watch;

/// <summary>A client's queue of settable room; it remembers everything that got through.</summary>
internal sealed class RecordingSink(int room) : IWatchSink
{
    private readonly List<WatchDelivery> _queue = [];

    /// <summary>Refused something since the last <see cref="Read"/>: the hub must then be told that the queue drained.</summary>
    public bool HasRefused { get; private set; }

    public int Wakes { get; private set; }

    public bool Offer(in WatchDelivery delivery)
    {
        if (delivery.MayBeRefused && _queue.Count >= room)
        {
            HasRefused = true;
            return false;
        }

        _queue.Add(delivery);
        return true;
    }

    public void Wake() => Wakes++;

    public IReadOnlyList<WatchDelivery> Read()
    {
        var read = _queue.ToArray();
        _queue.Clear();
        HasRefused = false;
        return read;
    }
}
