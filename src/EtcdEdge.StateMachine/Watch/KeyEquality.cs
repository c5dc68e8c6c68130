namespace EtcdEdge.StateMachine.Watch;

/// <summary>Keys by content. FNV-1a: keys are short, and the hash must be the same in every run for the simulator's sake.</summary>
internal sealed class KeyEquality : IEqualityComparer<ReadOnlyMemory<byte>>
{
    public static readonly KeyEquality Instance = new();

    public bool Equals(ReadOnlyMemory<byte> x, ReadOnlyMemory<byte> y) => x.Span.SequenceEqual(y.Span);

    public int GetHashCode(ReadOnlyMemory<byte> obj)
    {
        var hash = 2166136261u;
        foreach (var value in obj.Span)
        {
            hash = (hash ^ value) * 16777619u;
        }

        return (int)hash;
    }
}
