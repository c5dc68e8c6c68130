using EtcdEdge.StateMachine.Mvcc;

namespace EtcdEdge.StateMachine;

/// <summary>Keys are equal when their bytes are. The hash is the same in every process.</summary>
internal sealed class KeyEquality : IEqualityComparer<ReadOnlyMemory<byte>>
{
    public static KeyEquality Instance { get; } = new();

    public bool Equals(ReadOnlyMemory<byte> x, ReadOnlyMemory<byte> y) => x.Span.SequenceEqual(y.Span);

    public int GetHashCode(ReadOnlyMemory<byte> key)
    {
        var crc = new Crc32C();
        crc.Add(key.Span);
        return (int)crc.Value;
    }
}
