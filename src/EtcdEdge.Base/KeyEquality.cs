namespace EtcdEdge.Base;

/// <summary>Keys are equal when their bytes are. The hash is the same in every process.</summary>
public sealed class KeyEquality : IEqualityComparer<ReadOnlyMemory<byte>>
{
    public static KeyEquality Instance { get; } = new();

    public bool Equals(ReadOnlyMemory<byte> x, ReadOnlyMemory<byte> y) => x.Span.SequenceEqual(y.Span);

    public int GetHashCode(ReadOnlyMemory<byte> key) => (int)Crc32C.Of(key.Span);
}
