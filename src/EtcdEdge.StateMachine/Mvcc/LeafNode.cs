using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.StateMachine.Mvcc;

/// <summary>A leaf: slots in key order.</summary>
internal sealed class LeafNode(long edit) : TreeNode(edit)
{
    public readonly KeyHistory[] Slots = new KeyHistory[MvccLimits.LeafSlots];

    public bool IsFull => Count == MvccLimits.LeafSlots;

    /// <summary>The first slot whose key is not below <paramref name="key"/>, and whether it is that very key.</summary>
    public int Find(ReadOnlySpan<byte> key, out bool found)
    {
        int low = 0, high = Count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            var order = Slots[middle].Key.SequenceCompareTo(key);
            if (order == 0)
            {
                found = true;
                return middle;
            }

            if (order < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        found = false;
        return low;
    }

    public LeafNode CopyFor(long edit)
    {
        var copy = new LeafNode(edit) { Count = Count, Live = Live };
        Slots.AsSpan(0, Count).CopyTo(copy.Slots);
        return copy;
    }

    public void Insert(int index, Record first)
    {
        Slots.AsSpan(index, Count - index).CopyTo(Slots.AsSpan(index + 1));
        Slots[index] = new KeyHistory(first);
        Count++;
    }

    public void RemoveAt(int index)
    {
        Slots.AsSpan(index + 1, Count - index - 1).CopyTo(Slots.AsSpan(index));
        Slots[--Count] = default;
    }

    /// <summary>Moves the first <paramref name="count"/> slots of <paramref name="right"/> to this leaf's end.</summary>
    public void TakeFirst(LeafNode right, int count)
    {
        right.Slots.AsSpan(0, count).CopyTo(Slots.AsSpan(Count));
        right.Slots.AsSpan(count, right.Count - count).CopyTo(right.Slots);
        right.Slots.AsSpan(right.Count - count, count).Clear();
        Count += count;
        right.Count -= count;
    }

    /// <summary>Moves this leaf's last <paramref name="count"/> slots to the front of <paramref name="right"/>.</summary>
    public void GiveLast(LeafNode right, int count)
    {
        right.Slots.AsSpan(0, right.Count).CopyTo(right.Slots.AsSpan(count));
        Slots.AsSpan(Count - count, count).CopyTo(right.Slots);
        Slots.AsSpan(Count - count, count).Clear();
        Count -= count;
        right.Count += count;
    }

    public void Recount()
    {
        Live = 0;
        for (var i = 0; i < Count; i++)
        {
            Live += Slots[i].IsLive ? 1 : 0;
        }
    }
}
