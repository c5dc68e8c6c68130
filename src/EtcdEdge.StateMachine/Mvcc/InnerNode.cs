namespace EtcdEdge.StateMachine.Mvcc;

/// <summary>
/// A node above the leaves. Every key below child i is at or above separator i and below separator i+1. Separators are copies, never
/// slices of an entry: a slice would keep a long deleted value alive.
/// </summary>
internal sealed class InnerNode(long edit) : TreeNode(edit)
{
    public readonly TreeNode[] Children = new TreeNode[MvccLimits.InnerChildren];

    /// <summary>Lower bounds of the children. The first is the node's own bound; the tree's leftmost is empty.</summary>
    public readonly byte[][] Separators = new byte[MvccLimits.InnerChildren][];

    public bool IsFull => Count == MvccLimits.InnerChildren;

    /// <summary>The child whose keys may include <paramref name="key"/>.</summary>
    public int ChildFor(ReadOnlySpan<byte> key)
    {
        int low = 1, high = Count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (Separators[middle].AsSpan().SequenceCompareTo(key) <= 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low - 1;
    }

    public InnerNode CopyFor(long edit)
    {
        var copy = new InnerNode(edit) { Count = Count, Live = Live };
        Children.AsSpan(0, Count).CopyTo(copy.Children);
        Separators.AsSpan(0, Count).CopyTo(copy.Separators);
        return copy;
    }

    public void Insert(int index, TreeNode child, byte[] separator)
    {
        Children.AsSpan(index, Count - index).CopyTo(Children.AsSpan(index + 1));
        Separators.AsSpan(index, Count - index).CopyTo(Separators.AsSpan(index + 1));
        Children[index] = child;
        Separators[index] = separator;
        Count++;
    }

    public void RemoveAt(int index)
    {
        Children.AsSpan(index + 1, Count - index - 1).CopyTo(Children.AsSpan(index));
        Separators.AsSpan(index + 1, Count - index - 1).CopyTo(Separators.AsSpan(index));
        Count--;
        Children[Count] = null!;
        Separators[Count] = null!;
    }

    /// <summary>Moves the first <paramref name="count"/> children of <paramref name="right"/> to this node's end.</summary>
    public void TakeFirst(InnerNode right, int count)
    {
        for (var i = 0; i < count; i++)
        {
            Insert(Count, right.Children[0], right.Separators[0]);
            right.RemoveAt(0);
        }
    }

    /// <summary>Moves this node's last <paramref name="count"/> children to the front of <paramref name="right"/>.</summary>
    public void GiveLast(InnerNode right, int count)
    {
        for (var i = 0; i < count; i++)
        {
            right.Insert(0, Children[Count - 1], Separators[Count - 1]);
            RemoveAt(Count - 1);
        }
    }

    public void Recount()
    {
        Live = 0;
        for (var i = 0; i < Count; i++)
        {
            Live += Children[i].Live;
        }
    }
}
