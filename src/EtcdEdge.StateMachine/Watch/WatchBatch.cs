using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.StateMachine.Watch;

/// <summary>Events of whole revisions, in order, as one response carries them. Immutable and shared by all watchers of the same keys.</summary>
public sealed class WatchBatch
{
    private readonly WatchEvent[] _events;
    private WatchBatch? _withoutPuts;
    private WatchBatch? _withoutDeletes;

    internal WatchBatch(WatchEvent[] events)
    {
        _events = events;
        foreach (var watched in events)
        {
            Bytes += SizeOf(watched.Record);
            PreviousBytes += watched.Previous is null ? 0 : SizeOf(watched.Previous);
        }
    }

    /// <summary>In order of revision and sub-revision.</summary>
    public IReadOnlyList<WatchEvent> Events => _events;

    /// <summary>Size of keys and values, with an allowance for each event's numbers.</summary>
    public long Bytes { get; }

    /// <summary>The same for the previous values.</summary>
    public long PreviousBytes { get; }

    internal long FirstRevision => _events[0].Record.ModRevision;

    internal long LastRevision => _events[^1].Record.ModRevision;

    internal bool IsEmpty => _events.Length == 0;

    /// <summary>What of the batch is for a watcher: from its next revision on, without what it filters.</summary>
    internal WatchBatch For(Watcher watcher)
    {
        var part = this;
        if (!part.IsEmpty && watcher.NextRevision > part.FirstRevision)
        {
            var next = watcher.NextRevision;
            part = new WatchBatch(Array.FindAll(_events, watched => watched.Record.ModRevision >= next));
        }

        part = watcher.NoPut ? part._withoutPuts ??= part.Where(isTombstone: true) : part;
        return watcher.NoDelete ? part._withoutDeletes ??= part.Where(isTombstone: false) : part;
    }

    private WatchBatch Where(bool isTombstone) => new(Array.FindAll(_events, watched => watched.Record.IsTombstone == isTombstone));

    private static long SizeOf(Record record) => record.Key.Length + record.Value.Length + 32;
}
