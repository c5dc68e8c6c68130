using System.Text;
using EtcdEdge.Storage.Bbolt;

namespace EtcdEdge.Storage.Tests.Bbolt;

// Goal: no file whatever makes the reader crash, hang or run out of memory: it reads entries or says BboltException. Method: flip, cut and
// overwrite a database of every kind of page, by a seed.
public sealed class BboltDamageTests
{
    private const int PageSize = 4096;

    [Fact]
    public void Any_flipped_byte_is_read_over_or_told()
    {
        var whole = Sample();
        var told = 0;
        for (var at = 0; at < whole.Length; at += at % PageSize < 200 ? 1 : 37)
        {
            foreach (var mask in (byte[])[0x01, 0x80, 0xFF])
            {
                var content = (byte[])whole.Clone();
                content[at] ^= mask;
                told += Tells(content) is null ? 0 : 1;
            }
        }

        Assert.True(told > 200, $"only {told} damages were told");
    }

    [Fact]
    public void Any_cut_is_told()
    {
        var whole = Sample();
        for (var length = 0; length < whole.Length; length += 511)
        {
            Assert.NotNull(Tells(whole[..length]));
        }
    }

    [Fact]
    public void Random_pages_are_read_over_or_told()
    {
        var random = new Random(7);
        var whole = Sample();
        for (var round = 0; round < 2_000; round++)
        {
            var content = (byte[])whole.Clone();
            var page = random.Next(2, whole.Length / PageSize);
            random.NextBytes(content.AsSpan((page * PageSize) + random.Next(0, 64), random.Next(1, 100)));
            Tells(content);
        }
    }

    [Fact]
    public void A_database_with_one_whole_meta_is_read()
    {
        var content = Sample();
        content[40] ^= 1;
        Assert.Null(Tells(content));
        content[PageSize + 40] ^= 1;
        Assert.Equal("it is no bbolt database, or both its meta pages are damaged", Tells(content));
    }

    [Fact]
    public void A_page_that_is_its_own_child_is_told()
    {
        var content = Databases.Write(("b", [([0x61], new byte[3000]), ([0x62], new byte[3000])]));
        content[(5 * PageSize) + 16 + 8] = 5;
        Assert.Equal("page 5: it is reached twice", Tells(content));
    }

    [Fact]
    public void Keys_that_do_not_ascend_are_told()
    {
        var content = Databases.Write(("b", [("aa"u8.ToArray(), []), ("ab"u8.ToArray(), [])]));
        content[(3 * PageSize) + 48 + 2] = (byte)'A';
        Assert.Equal("page 3: its keys do not ascend", Tells(content));
    }

    private static byte[] Sample() => Databases.Write(
        ("large", [.. Enumerable.Range(0, 300).Select(i => (Encoding.UTF8.GetBytes($"key-{i:d5}"), new byte[100]))]),
        ("overflow", [([1], new byte[9_000]), ([2], new byte[10])]),
        ("small", [([1], [2])]),
        ("none", []));

    /// <summary>What the reader says of the content; null when it read all of it.</summary>
    private static string? Tells(byte[] content)
    {
        try
        {
            Databases.Read(content);
            return null;
        }
        catch (BboltException damage)
        {
            return damage.Message;
        }
    }
}
