namespace EtcdEdge.StateMachine.Lease;

/// <summary>The store's order of keys: byte by byte, unsigned, a prefix before what it begins.</summary>
internal sealed class KeyOrder : IComparer<ReadOnlyMemory<byte>>
{
    public static readonly KeyOrder Instance = new();

    public int Compare(ReadOnlyMemory<byte> x, ReadOnlyMemory<byte> y) => x.Span.SequenceCompareTo(y.Span);
}
