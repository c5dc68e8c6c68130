using EtcdEdge.Base;

namespace EtcdEdge.StateMachine.Watch;

/// <summary>Watchers of exactly the same key or range: what one of them sees all of them see, so events are gathered once for the group.</summary>
internal sealed class WatcherGroup(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> rangeEnd)
{
    private readonly List<Watcher> _watchers = [];
    private int _prevKvCount;

    public ReadOnlyMemory<byte> Key { get; } = key;

    public ReadOnlyMemory<byte> RangeEnd { get; } = rangeEnd;

    public int Count => _watchers.Count;

    public Watcher this[int slot] => _watchers[slot];

    /// <summary>Some watcher wants previous values.</summary>
    public bool WantsPrevious => _prevKvCount > 0;

    /// <summary>Events matched in the current pass and not offered yet.</summary>
    public List<WatchEvent> Pending { get; } = [];

    public void Add(Watcher watcher)
    {
        watcher.Group = this;
        watcher.GroupSlot = _watchers.Count;
        _watchers.Add(watcher);
        _prevKvCount += watcher.PrevKv ? 1 : 0;
    }

    /// <summary>The last watcher takes the freed place, so a caller that removes while it walks the group walks from the end.</summary>
    public void Remove(Watcher watcher)
    {
        Invariant.Require(watcher.Group == this && _watchers[watcher.GroupSlot] == watcher, "a watcher is in the group it names");
        var last = _watchers[^1];
        _watchers[watcher.GroupSlot] = last;
        last.GroupSlot = watcher.GroupSlot;
        _watchers.RemoveAt(_watchers.Count - 1);
        watcher.Group = null;
        _prevKvCount -= watcher.PrevKv ? 1 : 0;
    }
}
