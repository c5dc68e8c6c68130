using Google.Protobuf;

namespace EtcdEdge.Differential.Fuzz;

/// <summary>
/// Values that a server may stumble over, mixed with the few that make requests meet: the same keys, leases, names and revisions again and again.
/// </summary>
internal static class HostileValues
{
    private static readonly byte[][] s_keys =
    [
        [], [0], [0, 0], [0xff], [0xff, 0xff], "a"u8.ToArray(), "b"u8.ToArray(), "k"u8.ToArray(), "k"u8.ToArray(), "k\0"u8.ToArray(),
            "k/1"u8.ToArray(), "l"u8.ToArray(),
        "z"u8.ToArray(), "\0z"u8.ToArray(), [0xc3, 0x28], new byte[300],
    ];

    private static readonly string[] s_names =
    [
        "", "root", "u", "u", "r", "r", "\0", " ", "é€𐍈", "http://127.0.0.1:1", "3.5.0", "3.6.0", "99.99.99", "etcdserverpb.KV", "a,b=c",
            new string('n', 300),
    ];

    private static readonly long[] s_numbers =
    [
        0, 0, 1, 1, 2, 3, 5, 77, 100, 1000, -1, -2, 127, 128, 255, 65_536, int.MaxValue, int.MinValue, 1L << 32, 1L << 40, 1L << 53, 9_000_000_000,
            long.MaxValue,
        long.MaxValue - 1, long.MinValue, long.MinValue + 1,
    ];

    public static byte[] Bytes(Random random) => random.Next(500) == 0 ? new byte[random.Next(50_000)] : s_keys[random.Next(s_keys.Length)];

    public static string Text(Random random) => s_names[random.Next(s_names.Length)];

    public static long Number(Random random) => random.Next(4) == 0 ? random.NextInt64(200) : s_numbers[random.Next(s_numbers.Length)];

    public static ByteString ByteString(Random random) => UnsafeByteOperations.UnsafeWrap(Bytes(random));
}
