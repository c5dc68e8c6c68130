using Google.Protobuf;

namespace EtcdEdge.Differential;

/// <summary>
/// The keys of the random sequences: few, so that operations collide, and at most twelve, because etcd sorts equal elements in an order of
/// its own choosing once there are more (Go's sort.Sort keeps insertion order only up to twelve elements).
/// </summary>
internal static class Keys
{
    private static readonly string[] s_names = ["a", "a/1", "a/2", "a/2/x", "b", "b\0", "b/1", "c/1", "c/\u00ff", "d", "e/1", "e/2"];

    /// <summary>Written by nobody; the watcher that makes a stream answer progress requests.</summary>
    public static ByteString Sentinel { get; } = ByteString.CopyFromUtf8("~sentinel");

    /// <summary>As a range end: everything from the key on. As a key: the first possible one.</summary>
    public static ByteString Zero { get; } = ByteString.CopyFrom(0);

    public static ByteString AboveAll { get; } = ByteString.CopyFrom(0xff, 0xff);

    public static ByteString Any(Random random) => ByteString.CopyFromUtf8(s_names[random.Next(s_names.Length)]);

    /// <summary>A key and range end: a single key, a prefix, from-key, everything, an interval, also empty or reversed, or no key at all.</summary>
    public static (ByteString Key, ByteString End) AnyRange(Random random) => random.Next(20) switch
    {
        < 7 => (Any(random), ByteString.Empty),
        < 11 => Prefix(Any(random)),
        < 13 => (Any(random), Zero),
        < 15 => (Zero, Zero),
        < 17 => Ordered(Any(random), Any(random)),
        17 => (Any(random), Any(random)),
        18 => (Zero, ByteString.Empty),
        _ => random.Next(4) == 0 ? (ByteString.Empty, ByteString.Empty) : Prefix(Any(random).Span[..1]),
    };

    private static (ByteString, ByteString) Prefix(ByteString key) => Prefix(key.Span);

    private static (ByteString, ByteString) Prefix(ReadOnlySpan<byte> key)
    {
        var end = key.ToArray();
        end[^1]++;
        return (ByteString.CopyFrom(key), ByteString.CopyFrom(end));
    }

    private static (ByteString, ByteString) Ordered(ByteString a, ByteString b) =>
        a.Span.SequenceCompareTo(b.Span) <= 0 ? (a, b) : (b, a);
}
