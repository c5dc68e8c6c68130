namespace EtcdEdge.StateMachine.Model;

/// <summary>
/// The keys a request names by key and range_end: no range_end is the one key; "\0" is every key from <see cref="Key"/> on; anything else
/// is the half-open range [Key, RangeEnd), empty when RangeEnd is not above Key. Keys are ordered by their bytes.
/// </summary>
public readonly struct KeyRange(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> rangeEnd)
{
    /// <summary>Every key there is.</summary>
    public static KeyRange All => new(default, new byte[] { 0 });

    public ReadOnlyMemory<byte> Key { get; } = key;

    public ReadOnlyMemory<byte> RangeEnd { get; } = rangeEnd;

    public bool IsSingleKey => RangeEnd.IsEmpty;

    /// <summary>True when the range has no upper end.</summary>
    public bool IsFromKey => RangeEnd.Length == 1 && RangeEnd.Span[0] == 0;

    public bool Contains(ReadOnlySpan<byte> key) =>
        IsSingleKey ? key.SequenceEqual(Key.Span) : key.SequenceCompareTo(Key.Span) >= 0 && IsBelowEnd(key);

    /// <summary>True when <paramref name="key"/> lies below the upper end of a range of more than one key.</summary>
    internal bool IsBelowEnd(ReadOnlySpan<byte> key) => IsFromKey || key.SequenceCompareTo(RangeEnd.Span) < 0;
}
