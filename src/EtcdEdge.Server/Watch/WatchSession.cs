using EtcdEdge.StateMachine.Watch;

namespace EtcdEdge.Server.Watch;

/// <summary>
/// One client stream between three parties: the call's reader posts requests, the dispatcher queues responses, the call's writer drains them.
/// Both directions are bounded: the reader waits while the client does not take its answers.
/// </summary>
internal sealed class WatchSession(WatchDispatcher dispatcher, WatchWriters writers) : IWatchSink
{
    private readonly Lock _gate = new();
    private readonly AsyncSignal _filled = new(runsOnSetter: true);
    private readonly AsyncSignal _eased = new(runsOnSetter: false);
    private List<WatchDelivery> _queue = [];
    private long _queuedBytes;
    private long _queuedEvents;
    private int _requestsInFlight;
    private bool _hasRefused;
    private int _awaitsTurn;

    /// <summary>The hub's side of the stream; the dispatcher's alone.</summary>
    internal WatchStream? Stream { get; set; }

    /// <summary>Posts a create, cancel or progress request; waits while too many are under way or the client leaves its answers lying.</summary>
    /// <returns>False when the session is closed.</returns>
    public async ValueTask<bool> RequestAsync(WatchCommand request)
    {
        while (IsCongested())
        {
            if (!await _eased.WaitAsync())
            {
                return false;
            }
        }

        Interlocked.Increment(ref _requestsInFlight);
        dispatcher.Post(request);
        return true;
    }

    /// <summary>The dispatcher has carried out one request.</summary>
    public void RequestDone()
    {
        if (Interlocked.Decrement(ref _requestsInFlight) == WatchLimits.WatchRequestsInFlight / 2)
        {
            _eased.Set();
        }
    }

    public bool Offer(in WatchDelivery delivery)
    {
        lock (_gate)
        {
            if (delivery.MayBeRefused && IsFull)
            {
                _hasRefused = true;
                return false;
            }

            _queue.Add(delivery);
            _queuedBytes += delivery.Bytes;
            _queuedEvents += delivery.Batch?.Events.Count ?? 0;
            return true;
        }
    }

    public void Wake()
    {
        if (Interlocked.Exchange(ref _awaitsTurn, 1) == 0)
        {
            writers.Enqueue(this);
        }
    }

    /// <summary>Lets the call's writer run on this thread until it waits for something.</summary>
    public void TakeTurn()
    {
        Volatile.Write(ref _awaitsTurn, 0);
        _filled.Set();
    }

    /// <summary>Completes when there may be something to drain; false when the session is closed.</summary>
    public ValueTask<bool> WaitAsync() => _filled.WaitAsync();

    /// <summary>Takes everything queued in exchange for an empty list, which the dispatcher fills next.</summary>
    public List<WatchDelivery> Drain(List<WatchDelivery> empty)
    {
        List<WatchDelivery> taken;
        bool tellHub;
        long events;
        lock (_gate)
        {
            taken = _queue;
            _queue = empty;
            _queuedBytes = 0;
            (events, _queuedEvents) = (_queuedEvents, 0);
            tellHub = _hasRefused;
            _hasRefused = false;
        }

        dispatcher.Sent(events);
        _eased.Set();
        if (tellHub)
        {
            dispatcher.Post(new WatchCommand(WatchCommandKind.Drained, this));
        }

        return taken;
    }

    /// <summary>The stream has ended: discards the queue; returns how many events are not delivered.</summary>
    public long Abandon()
    {
        lock (_gate)
        {
            (var events, _queuedEvents) = (_queuedEvents, 0);
            _queue = [];
            return events;
        }
    }

    /// <summary>Ends the reader's and the writer's waits.</summary>
    public void Close()
    {
        _filled.Close();
        _eased.Close();
    }

    private bool IsFull => _queue.Count >= WatchLimits.WatchQueueCount || _queuedBytes >= WatchLimits.WatchQueueBytes;

    private bool IsCongested()
    {
        if (Volatile.Read(ref _requestsInFlight) >= WatchLimits.WatchRequestsInFlight)
        {
            return true;
        }

        lock (_gate)
        {
            return IsFull;
        }
    }
}
