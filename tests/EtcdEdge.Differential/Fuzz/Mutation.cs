namespace EtcdEdge.Differential.Fuzz;

/// <summary>Makes bytes of bytes that a decoder has never seen, out of ones that it understands.</summary>
internal static class Mutation
{
    /// <summary>Numbers that decoders stumble over: the ends of varints, lengths and signs.</summary>
    private static readonly byte[] s_edges = [0x00, 0x01, 0x7f, 0x80, 0xff, 0xfe, 0x08, 0x0a, 0x0b, 0x0c, (byte)'{', (byte)'"', (byte)'\\',
        (byte)'['];

    /// <summary>One to eight changes; one time in ten bytes of pure chance instead.</summary>
    public static byte[] Of(ReadOnlySpan<byte> valid, Random random)
    {
        if (random.Next(10) == 0)
        {
            var chance = new byte[random.Next(200)];
            random.NextBytes(chance);
            return chance;
        }

        var bytes = new List<byte>(valid.ToArray());
        for (var changes = random.Next(1, 9); changes > 0; changes--)
        {
            Change(bytes, random);
        }

        return [.. bytes];
    }

    private static void Change(List<byte> bytes, Random random)
    {
        var at = random.Next(bytes.Count + 1);
        switch (random.Next(5))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes.RemoveRange(at, random.Next(1, bytes.Count - at + 1));
                break;
            case 2:
                bytes.InsertRange(at, bytes[..random.Next(Math.Min(bytes.Count, 64) + 1)]);
                break;
            case 3 when at < bytes.Count:
                bytes[at] = s_edges[random.Next(s_edges.Length)];
                break;
            default:
                bytes.Insert(at, s_edges[random.Next(s_edges.Length)]);
                break;
        }
    }
}
