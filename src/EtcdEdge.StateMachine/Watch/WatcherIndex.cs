using EtcdEdge.Base;

namespace EtcdEdge.StateMachine.Watch;

/// <summary>Watchers by what they watch: a dictionary for single keys, an interval tree for ranges.</summary>
internal sealed class WatcherIndex
{
    private readonly Dictionary<ReadOnlyMemory<byte>, WatcherGroup> _keys = new(KeyEquality.Instance);
    private readonly IntervalTree _ranges = new();

    public int Count { get; private set; }

    public void Add(Watcher watcher)
    {
        GroupFor(watcher).Add(watcher);
        Count++;
    }

    public void Remove(Watcher watcher)
    {
        var group = watcher.Group;
        Invariant.Require(group is not null, "only an indexed watcher can be removed");
        group!.Remove(watcher);
        Count--;
        if (group.Count > 0)
        {
            return;
        }

        if (group.RangeEnd.IsEmpty)
        {
            _keys.Remove(group.Key);
        }
        else
        {
            _ranges.Remove(group.Key, group.RangeEnd);
        }
    }

    /// <summary>Appends the groups that watch the key.</summary>
    public void Find(ReadOnlyMemory<byte> key, List<WatcherGroup> found)
    {
        if (_keys.TryGetValue(key, out var group))
        {
            found.Add(group);
        }

        _ranges.Stab(key.Span, found);
    }

    private WatcherGroup GroupFor(Watcher watcher)
    {
        if (!watcher.RangeEnd.IsEmpty)
        {
            return _ranges.GetOrAdd(watcher.Key, watcher.RangeEnd);
        }

        if (!_keys.TryGetValue(watcher.Key, out var group))
        {
            group = new WatcherGroup(watcher.Key, default);
            _keys.Add(group.Key, group);
        }

        return group;
    }
}
