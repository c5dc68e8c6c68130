using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.StateMachine.Mvcc;

/// <summary>
/// Walks the slots of a range in key order. It goes from leaf to leaf by descending again with the next leaf's lower bound, which needs
/// no stack and costs one descent per twenty-odd keys.
/// </summary>
internal struct KeyCursor
{
    private readonly KeyTree _tree;
    private readonly KeyRange _range;
    private LeafNode _leaf;
    private byte[]? _nextBound;
    private int _next;
    private bool _ended;

    public KeyCursor(KeyTree tree, in KeyRange range)
    {
        _tree = tree;
        _range = range;
        _leaf = tree.LeafFor(range.Key.Span, out _nextBound);
        _next = _leaf.Find(range.Key.Span, out var found);
        _ended = range.IsSingleKey && !found;
    }

    /// <summary>The current slot. Valid after <see cref="MoveNext"/> returned true.</summary>
    public readonly ref readonly KeyHistory Current => ref _leaf.Slots[_next - 1];

    public bool MoveNext()
    {
        if (_ended || !HasSlot())
        {
            return false;
        }

        if (!_range.IsSingleKey && !_range.IsBelowEnd(_leaf.Slots[_next].Key))
        {
            _ended = true;
            return false;
        }

        _ended = _range.IsSingleKey;
        _next++;
        return true;
    }

    private bool HasSlot()
    {
        while (_next >= _leaf.Count)
        {
            if (_nextBound is null)
            {
                return false;
            }

            _leaf = _tree.LeafFor(_nextBound, out _nextBound);
            _next = 0;
        }

        return true;
    }
}
