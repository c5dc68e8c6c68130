using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.StateMachine.Mvcc;

/// <summary>
/// A copy-on-write B+tree of keys, seen from one root. A published root never changes; the writer's root changes under its own hands only.
/// </summary>
internal readonly struct KeyTree(TreeNode root)
{
    private readonly TreeNode _root = root;

    public TreeNode Root => _root;

    /// <summary>Keys that exist at the newest revision.</summary>
    public long LiveCount => _root.Live;

    /// <summary>The key's slot; false when the tree has none.</summary>
    public bool TryFind(ReadOnlySpan<byte> key, out KeyHistory history)
    {
        var leaf = LeafFor(_root, key);
        var slot = leaf.Find(key, out var found);
        history = found ? leaf.Slots[slot] : default;
        return found;
    }

    /// <summary>Live keys in the range at the newest revision, without walking it: O(log n).</summary>
    public long CountLive(in KeyRange range)
    {
        if (range.IsSingleKey)
        {
            return TryFind(range.Key.Span, out var history) && history.IsLive ? 1 : 0;
        }

        var end = range.IsFromKey ? _root.Live : LiveBelow(range.RangeEnd.Span);
        return Math.Max(0, end - LiveBelow(range.Key.Span));
    }

    /// <summary>A cursor before the range's first slot.</summary>
    public KeyCursor Walk(in KeyRange range) => new(this, range);

    /// <summary>The leaf that may hold <paramref name="key"/>, and the lower bound of the leaf after it; null when it is the last one.</summary>
    internal LeafNode LeafFor(ReadOnlySpan<byte> key, out byte[]? nextBound)
    {
        nextBound = null;
        var node = _root;
        while (node is InnerNode inner)
        {
            var child = inner.ChildFor(key);
            if (child + 1 < inner.Count)
            {
                nextBound = inner.Separators[child + 1];
            }

            node = inner.Children[child];
        }

        return (LeafNode)node;
    }

    private static LeafNode LeafFor(TreeNode node, ReadOnlySpan<byte> key)
    {
        while (node is InnerNode inner)
        {
            node = inner.Children[inner.ChildFor(key)];
        }

        return (LeafNode)node;
    }

    private long LiveBelow(ReadOnlySpan<byte> key)
    {
        long live = 0;
        var node = _root;
        while (node is InnerNode inner)
        {
            var child = inner.ChildFor(key);
            for (var i = 0; i < child; i++)
            {
                live += inner.Children[i].Live;
            }

            node = inner.Children[child];
        }

        var leaf = (LeafNode)node;
        var slot = leaf.Find(key, out _);
        for (var i = 0; i < slot; i++)
        {
            live += leaf.Slots[i].IsLive ? 1 : 0;
        }

        return live;
    }
}
