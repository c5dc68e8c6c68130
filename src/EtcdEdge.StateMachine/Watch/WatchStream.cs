namespace EtcdEdge.StateMachine.Watch;

/// <summary>One client stream as the hub sees it. Owned by the hub; the server only holds on to it.</summary>
public sealed class WatchStream
{
    private long _nextId;

    internal WatchStream(IWatchSink sink, long progressIntervalMs, long nowMs)
    {
        Sink = sink;
        ProgressIntervalMs = progressIntervalMs;
        NextNotifyMs = nowMs + progressIntervalMs;
    }

    internal IWatchSink Sink { get; }

    internal long ProgressIntervalMs { get; }

    internal long NextNotifyMs { get; set; }

    /// <summary>By id: walked when progress is due, and the order of ids is the order of the responses.</summary>
    internal SortedDictionary<long, Watcher> Watchers { get; } = [];

    /// <summary>Watchers the sink had no room for.</summary>
    internal List<Watcher> Blocked { get; } = [];

    /// <summary>Watchers that are not synced. Invariant: at least the number of blocked ones.</summary>
    internal int UnsyncedCount { get; set; }

    /// <summary>The latest start revision among the watchers: progress of the whole stream means nothing before it.</summary>
    internal long LatestStart { get; private set; }

    internal bool WantsProgress { get; set; }

    /// <summary>Deliveries were queued since the last wake.</summary>
    internal bool IsTouched { get; set; }

    internal bool IsClosed { get; set; }

    /// <summary>As etcd: from 0 upwards, past what the client chose itself; an id is not used twice by the server.</summary>
    internal long TakeFreeId()
    {
        while (Watchers.ContainsKey(_nextId))
        {
            _nextId++;
        }

        return _nextId++;
    }

    internal void Add(Watcher watcher)
    {
        Watchers.Add(watcher.Id, watcher);
        LatestStart = Math.Max(LatestStart, watcher.StartRevision);
    }

    internal void Remove(Watcher watcher)
    {
        Watchers.Remove(watcher.Id);
        if (watcher.StartRevision == LatestStart && LatestStart > 0)
        {
            LatestStart = 0;
            foreach (var (_, left) in Watchers)
            {
                LatestStart = Math.Max(LatestStart, left.StartRevision);
            }
        }
    }
}
