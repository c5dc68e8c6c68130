using EtcdEdge.Base;
using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.StateMachine.Mvcc;

/// <summary>
/// The writer's hold on the key tree. <see cref="Seek"/> makes the path to a key the batch's own, copying what readers may be on;
/// the changes that follow work on that path in place. After <see cref="Publish"/> every node is copied again before its next change.
/// </summary>
internal sealed class KeyTreeEditor
{
    private readonly InnerNode[] _path = new InnerNode[MvccLimits.TreeDepth];
    private readonly int[] _child = new int[MvccLimits.TreeDepth];
    private TreeNode _root;
    private LeafNode _leaf;
    private long _edit = 1;
    private int _depth;
    private int _slot;
    private bool _found;

    public KeyTreeEditor()
    {
        _root = _leaf = new LeafNode(_edit);
    }

    /// <summary>The tree as it is now. It changes with the next write; <see cref="Publish"/> gives one that does not.</summary>
    public KeyTree Tree => new(_root);

    public KeyTree Publish()
    {
        _edit++;
        return new KeyTree(_root);
    }

    /// <summary>Goes to a key in order to write it. True when it has a slot, which is then <see cref="Slot"/>.</summary>
    public bool Seek(ReadOnlySpan<byte> key)
    {
        _depth = 0;
        var node = _root = Own(_root);
        while (node is InnerNode inner)
        {
            Invariant.Require(_depth < MvccLimits.TreeDepth, "the key tree is shallower than its bound");
            var child = inner.ChildFor(key);
            _path[_depth] = inner;
            _child[_depth++] = child;
            node = inner.Children[child] = Own(inner.Children[child]);
        }

        _leaf = (LeafNode)node;
        _slot = _leaf.Find(key, out _found);
        return _found;
    }

    /// <summary>The slot that <see cref="Seek"/> found.</summary>
    public ref readonly KeyHistory Slot => ref _leaf.Slots[_slot];

    /// <summary>Adds a revision of the key sought: to its slot, or in a new one.</summary>
    public void Append(Record record)
    {
        var liveBefore = _found && _leaf.Slots[_slot].IsLive ? 1 : 0;
        AddLive((record.IsTombstone ? 0 : 1) - liveBefore);
        if (_found)
        {
            _leaf.Slots[_slot].Append(record);
            return;
        }

        if (!_leaf.IsFull)
        {
            _leaf.Insert(_slot, record);
            return;
        }

        InsertSplitting(record);
    }

    /// <summary>Drops the oldest revisions of the slot sought, and the slot itself when none stays. The key must not exist then.</summary>
    public void Drop(int oldest)
    {
        ref var slot = ref _leaf.Slots[_slot];
        if (oldest < slot.Count)
        {
            slot = slot.Without(oldest);
            return;
        }

        Invariant.Require(!slot.IsLive, "only a deleted key leaves the tree");
        _leaf.RemoveAt(_slot);
        if (_leaf.Count < MvccLimits.NodeMinEntries)
        {
            Refill();
        }
    }

    private TreeNode Own(TreeNode node)
    {
        if (node.Edit == _edit)
        {
            return node;
        }

        return node is LeafNode leaf ? leaf.CopyFor(_edit) : ((InnerNode)node).CopyFor(_edit);
    }

    private void AddLive(int difference)
    {
        if (difference == 0)
        {
            return;
        }

        _leaf.Live += difference;
        for (var i = 0; i < _depth; i++)
        {
            _path[i].Live += difference;
        }
    }

    private void InsertSplitting(Record record)
    {
        // Keys written in ascending order would leave every leaf half full if the middle were always the place to split.
        var moved = _slot == _leaf.Count ? MvccLimits.NodeMinEntries : MvccLimits.LeafSlots / 2;
        var left = _leaf;
        var right = new LeafNode(_edit);
        left.GiveLast(right, moved);
        if (_slot > left.Count)
        {
            right.Insert(_slot - left.Count, record);
        }
        else
        {
            left.Insert(_slot, record);
        }

        left.Recount();
        right.Recount();
        InsertChild(right, right.Slots[0].Key.ToArray());
    }

    private void InsertChild(TreeNode right, byte[] separator)
    {
        for (var level = _depth - 1; level >= 0; level--)
        {
            var parent = _path[level];
            var at = _child[level] + 1;
            if (!parent.IsFull)
            {
                parent.Insert(at, right, separator);
                return;
            }

            (right, separator) = SplitInserting(parent, at, right, separator);
        }

        var root = new InnerNode(_edit);
        root.Insert(0, _root, []);
        root.Insert(1, right, separator);
        root.Recount();
        _root = root;
    }

    private (InnerNode Sibling, byte[] Separator) SplitInserting(InnerNode parent, int at, TreeNode child, byte[] separator)
    {
        var moved = at == parent.Count ? MvccLimits.NodeMinEntries : MvccLimits.InnerChildren / 2;
        var sibling = new InnerNode(_edit);
        parent.GiveLast(sibling, moved);
        if (at > parent.Count)
        {
            sibling.Insert(at - parent.Count, child, separator);
        }
        else
        {
            parent.Insert(at, child, separator);
        }

        parent.Recount();
        sibling.Recount();
        return (sibling, sibling.Separators[0]);
    }

    // A node below its minimum joins a sibling, or shares with it when both do not fit in one; a join may leave the parent short in turn.
    private void Refill()
    {
        for (var level = _depth - 1; level >= 0; level--)
        {
            var parent = _path[level];
            var left = Math.Max(0, _child[level] - 1);
            parent.Children[left] = Own(parent.Children[left]);
            parent.Children[left + 1] = Own(parent.Children[left + 1]);
            var joined = Balance(parent, left);
            if (!joined || parent.Count >= MvccLimits.NodeMinEntries)
            {
                break;
            }
        }

        while (_root is InnerNode { Count: 1 } root)
        {
            _root = root.Children[0];
        }
    }

    private static bool Balance(InnerNode parent, int left)
    {
        if (parent.Children[left] is LeafNode leftLeaf)
        {
            return BalanceLeaves(parent, left, leftLeaf, (LeafNode)parent.Children[left + 1]);
        }

        return BalanceInner(parent, left, (InnerNode)parent.Children[left], (InnerNode)parent.Children[left + 1]);
    }

    private static bool BalanceLeaves(InnerNode parent, int at, LeafNode left, LeafNode right)
    {
        var total = left.Count + right.Count;
        var join = total <= MvccLimits.LeafSlots;
        var target = join ? total : total / 2;
        if (left.Count < target)
        {
            left.TakeFirst(right, target - left.Count);
        }
        else
        {
            left.GiveLast(right, left.Count - target);
        }

        left.Recount();
        right.Recount();
        if (join)
        {
            parent.RemoveAt(at + 1);
        }
        else
        {
            parent.Separators[at + 1] = right.Slots[0].Key.ToArray();
        }

        return join;
    }

    private static bool BalanceInner(InnerNode parent, int at, InnerNode left, InnerNode right)
    {
        var total = left.Count + right.Count;
        var join = total <= MvccLimits.InnerChildren;
        var target = join ? total : total / 2;
        // A node's first separator is its lower bound as its parent knows it.
        right.Separators[0] = parent.Separators[at + 1];
        if (left.Count < target)
        {
            left.TakeFirst(right, target - left.Count);
        }
        else
        {
            left.GiveLast(right, left.Count - target);
        }

        left.Recount();
        right.Recount();
        if (join)
        {
            parent.RemoveAt(at + 1);
        }
        else
        {
            parent.Separators[at + 1] = right.Separators[0];
        }

        return join;
    }
}
