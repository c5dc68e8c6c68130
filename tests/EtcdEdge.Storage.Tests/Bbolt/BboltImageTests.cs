using CsCheck;
using EtcdEdge.Storage.Bbolt;

namespace EtcdEdge.Storage.Tests.Bbolt;

// Goal: what is written is what is read, whatever the sizes. Method: random buckets, written and read back; CsCheck shrinks.
public sealed class BboltImageTests
{
    private static readonly Gen<(byte[] Key, byte[] Value)> s_entry = Gen.Select(
        Gen.Byte.Array[1, 40], Gen.Frequency((8, Gen.Int[0, 300]), (2, Gen.Int[3_900, 4_200]), (1, Gen.Int[0, 40_000])),
        (key, length) => (key, Enumerable.Repeat(key[0], length).ToArray()));

    [Fact]
    public void What_is_written_is_read_back() =>
        Gen.Select(s_entry.Array[0, 400], s_entry.Array[0, 3]).Sample(
            (many, few) =>
            {
                var (large, small) = (Unique(many), Unique(few));
                var read = Databases.Read(Databases.Write(("large", large), ("empty", []), ("small", small)));
                Assert.Equal(["empty", "large", "small"], read.Select(bucket => bucket.Name));
                Assert.Empty(read[0].Entries);
                Assert.Equal(large.Select(Text), read[1].Entries);
                Assert.Equal(small.Select(Text), read[2].Entries);
            },
            iter: 200);

    [Fact]
    public void A_tree_of_three_levels_is_read_back_in_order()
    {
        var entries = Enumerable.Range(0, 60_000).Select(i => (KeyOf(i), BitConverter.GetBytes(i))).ToArray();
        var read = Databases.Read(Databases.Write(("key", entries)));
        Assert.Equal(entries.Select(Text), Assert.Single(read).Entries);
    }

    // Names of users may be so long that a page does not take two of them; a tree must come to its root all the same.
    [Theory]
    [InlineData(2, 2_030)]
    [InlineData(2, 5_000)]
    [InlineData(3, 2_500)]
    [InlineData(40, 2_500)]
    [InlineData(100, 32_768)]
    public void Keys_that_are_larger_than_half_a_page_are_read_back(int count, int keyBytes)
    {
        var entries = Enumerable.Range(0, count).Select(i => ((byte[])[.. KeyOf(i), .. new byte[keyBytes - 34]], BitConverter.GetBytes(i))).ToArray();
        var read = Databases.Read(Databases.Write(("authUsers", entries)));
        Assert.Equal(entries.Select(Text), Assert.Single(read).Entries);
    }

    [Fact]
    public void Planning_asks_for_no_bytes()
    {
        var image = new BboltImage([new BboltBucket("b", () => new SizesOnly(10_000))]);
        Assert.True(image.Length > 10_000 * 100);
        Assert.Throws<InvalidOperationException>(() => image.Pages().Count());
    }

    [Fact]
    public void A_bucket_that_is_not_there_is_none()
    {
        var content = Databases.Write(("b", []));
        using var file = Databases.Open(content);
        var reader = new BboltReader(file, content.Length);
        Assert.Null(reader.Bucket("a"));
        Assert.False(reader.Bucket("b")!.MoveNext());
        Assert.Equal(content.Length, reader.Size);
    }

    private static string Text((byte[] Key, byte[] Value) entry) => Databases.Text(entry.Key, entry.Value);

    private static byte[] KeyOf(int i)
    {
        var key = BitConverter.GetBytes(i);
        Array.Reverse(key);
        return [.. key, .. new byte[30]];
    }

    private static (byte[] Key, byte[] Value)[] Unique((byte[] Key, byte[] Value)[] entries) =>
        [.. entries.DistinctBy(entry => Convert.ToHexString(entry.Key)).OrderBy(entry => Convert.ToHexString(entry.Key), StringComparer.Ordinal)];

    /// <summary>Entries whose bytes must not be asked for.</summary>
    private sealed class SizesOnly(int count) : IBboltEntries
    {
        private int _left = count;

        public int KeyLength => 17;

        public int ValueLength => 100;

        public bool MoveNext() => _left-- > 0;

        public void Copy(Span<byte> key, Span<byte> value) => throw new InvalidOperationException("the bytes were asked for");
    }
}
