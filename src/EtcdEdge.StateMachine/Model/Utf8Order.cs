namespace EtcdEdge.StateMachine.Model;

/// <summary>
/// Names in the order of their UTF-8 bytes: etcd's, which sorts Go strings and database keys. .NET's ordinal order differs from it beyond the
/// basic plane.
/// </summary>
internal sealed class Utf8Order : IComparer<string>
{
    public static Utf8Order Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        var left = x.AsSpan().EnumerateRunes();
        var right = y.AsSpan().EnumerateRunes();
        while (true)
        {
            bool hasLeft = left.MoveNext(), hasRight = right.MoveNext();
            if (!hasLeft || !hasRight)
            {
                return hasLeft.CompareTo(hasRight);
            }
            // UTF-8 keeps the order of code points.
            var order = left.Current.Value.CompareTo(right.Current.Value);
            if (order != 0)
            {
                return order;
            }
        }
    }
}
