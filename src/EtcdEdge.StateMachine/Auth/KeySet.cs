using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.StateMachine.Auth;

/// <summary>
/// The keys of any number of ranges, merged where they overlap or touch, so that a range covered by several permissions together is covered
/// (etcd pkg/adt, IntervalTree.Contains). Immutable; a lookup is a binary search and allocates nothing.
/// </summary>
internal sealed class KeySet
{
    public static KeySet Empty { get; } = new([], []);

    // Disjoint, in order, never touching. An empty end is "no upper end": no key is empty, so it cannot be meant.
    private readonly ReadOnlyMemory<byte>[] _begins;
    private readonly ReadOnlyMemory<byte>[] _ends;

    private KeySet(ReadOnlyMemory<byte>[] begins, ReadOnlyMemory<byte>[] ends)
    {
        _begins = begins;
        _ends = ends;
    }

    public static KeySet Of(List<KeyRange> ranges)
    {
        if (ranges.Count == 0)
        {
            return Empty;
        }

        ranges.Sort(static (a, b) => a.Key.Span.SequenceCompareTo(b.Key.Span));
        var begins = new List<ReadOnlyMemory<byte>>(ranges.Count);
        var ends = new List<ReadOnlyMemory<byte>>(ranges.Count);
        foreach (var range in ranges)
        {
            var end = EndOf(range);
            if (ends.Count > 0 && CompareEnd(ends[^1].Span, range.Key.Span) >= 0)
            {
                ends[^1] = CompareEnds(ends[^1].Span, end.Span) >= 0 ? ends[^1] : end;
                continue;
            }

            begins.Add(range.Key);
            ends.Add(end);
        }

        return new KeySet([.. begins], [.. ends]);
    }

    public bool Contains(ReadOnlySpan<byte> key) => Find(key) is >= 0 and var at && CompareEnd(_ends[at].Span, key) > 0;

    /// <summary>
    /// True when every key of the range is in the set. A range that ends before it begins counts by its beginning, as in etcd.
    /// </summary>
    public bool Contains(in KeyRange range)
    {
        if (range.IsSingleKey)
        {
            return Contains(range.Key.Span);
        }

        var at = Find(range.Key.Span);
        if (at < 0 || CompareEnd(_ends[at].Span, range.Key.Span) <= 0)
        {
            return false;
        }

        return CompareEnds(_ends[at].Span, range.IsFromKey ? default : range.RangeEnd.Span) >= 0;
    }

    /// <summary>The last range that begins at or before the key; −1 when there is none.</summary>
    private int Find(ReadOnlySpan<byte> key)
    {
        int low = 0, high = _begins.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (_begins[middle].Span.SequenceCompareTo(key) <= 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return high;
    }

    private static ReadOnlyMemory<byte> EndOf(in KeyRange range)
    {
        if (!range.IsSingleKey)
        {
            return range.IsFromKey ? default : range.RangeEnd;
        }

        var next = new byte[range.Key.Length + 1];
        range.Key.Span.CopyTo(next);
        return next;
    }

    private static int CompareEnd(ReadOnlySpan<byte> end, ReadOnlySpan<byte> key) => end.IsEmpty ? 1 : end.SequenceCompareTo(key);

    private static int CompareEnds(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y) =>
        x.IsEmpty || y.IsEmpty ? x.IsEmpty.CompareTo(y.IsEmpty) : x.SequenceCompareTo(y);
}
