using System.Buffers.Binary;
using EtcdEdge.Storage.Bbolt;

namespace EtcdEdge.Storage.Tests.Bbolt;

// Goal: the image is bbolt's format, byte by byte. Method: golden bytes written out by hand from bbolt's internal/common; that bbolt itself opens
// such files is shown by the end-to-end tests with etcdutl.
public sealed class BboltFormatTests
{
    private const int PageSize = 4096;
    private static readonly byte[] s_image = Databases.Write(("b", [([0x61], [0x31, 0x32]), ([0x62], [])]));

    [Fact]
    public void An_image_is_two_metas_a_freelist_the_buckets_and_their_names() => Assert.Equal(5 * PageSize, s_image.Length);

    [Fact]
    public void The_first_meta_page_is_these_bytes()
    {
        Assert.Equal(
            "0000000000000000" + "0400" + "0000" + "00000000" + "EDDA0CED" + "02000000" + "00100000" + "00000000",
            Convert.ToHexString(s_image.AsSpan(0, 32)));
        Assert.Equal(
            "0400000000000000" + "0000000000000000" + "0200000000000000" + "0500000000000000" + "0000000000000000",
            Convert.ToHexString(s_image.AsSpan(32, 40)));
    }

    [Fact]
    public void A_meta_ends_with_fnv_1a_over_what_stands_before()
    {
        var hash = 0xcbf29ce484222325;
        foreach (var next in s_image.AsSpan(16, 56))
        {
            hash = unchecked((hash ^ next) * 0x100000001b3);
        }

        Assert.Equal(hash, BinaryPrimitives.ReadUInt64LittleEndian(s_image.AsSpan(72)));
    }

    [Fact]
    public void The_second_meta_page_is_the_first_with_its_own_number_as_the_transaction()
    {
        Assert.Equal("0100000000000000" + "0400" + "0000" + "00000000", Convert.ToHexString(s_image.AsSpan(PageSize, 16)));
        Assert.Equal(s_image[16..64], s_image[(PageSize + 16)..(PageSize + 64)]);
        Assert.Equal(1UL, BinaryPrimitives.ReadUInt64LittleEndian(s_image.AsSpan(PageSize + 64)));
    }

    [Fact]
    public void The_freelist_is_empty()
    {
        Assert.Equal("0200000000000000" + "1000" + "0000" + "00000000", Convert.ToHexString(s_image.AsSpan(2 * PageSize, 16)));
        Assert.True(s_image.AsSpan((2 * PageSize) + 16, PageSize - 16).IndexOfAnyExcept((byte)0) < 0);
    }

    [Fact]
    public void A_leaf_is_these_bytes()
    {
        const string header = "0300000000000000" + "0200" + "0200" + "00000000";
        const string first = "00000000" + "20000000" + "01000000" + "02000000";
        const string second = "00000000" + "13000000" + "01000000" + "00000000";
        Assert.Equal(header + first + second + "61" + "3132" + "62", Convert.ToHexString(s_image.AsSpan(3 * PageSize, 52)));
    }

    [Fact]
    public void The_root_names_the_bucket_s_page()
    {
        const string header = "0400000000000000" + "0200" + "0100" + "00000000";
        Assert.Equal(
            header + "01000000" + "10000000" + "01000000" + "10000000" + "62" + "0300000000000000" + "0000000000000000",
            Convert.ToHexString(s_image.AsSpan(4 * PageSize, 49)));
    }

    [Fact]
    public void A_branch_names_its_children_by_their_first_keys()
    {
        var image = Databases.Write(("b", [([0x61], new byte[3000]), ([0x62], new byte[3000])]));
        const string header = "0500000000000000" + "0100" + "0200" + "00000000";
        const string first = "20000000" + "01000000" + "0300000000000000";
        const string second = "11000000" + "01000000" + "0400000000000000";
        Assert.Equal(header + first + second + "6162", Convert.ToHexString(image.AsSpan(5 * PageSize, 50)));
    }

    [Fact]
    public void An_entry_larger_than_a_page_runs_over_the_next_ones()
    {
        var image = Databases.Write(("b", [([0x61], new byte[10_000])]));
        Assert.Equal("0300000000000000" + "0200" + "0100" + "02000000", Convert.ToHexString(image.AsSpan(3 * PageSize, 16)));
        Assert.Equal(7 * PageSize, image.Length);
    }

    // Written by hand: a bucket with one inline bucket, which bbolt makes of every small one, in a database of 16 KiB pages.
    [Fact]
    public void Inline_and_nested_buckets_of_16_KiB_pages_are_read()
    {
        const int page = 16384;
        var content = new byte[4 * page];
        for (ulong i = 0; i < 2; i++)
        {
            new PageHeader(i, PageHeader.Meta, 0, 0).Write(content.AsSpan((int)i * page));
            new BboltMeta(page, 3, PageHeader.NoFreelist, 4, i).Write(content.AsSpan(((int)i * page) + 16));
        }

        var inner = Bucket(Leaf(64, 0, 0, [0x6B], [0x76]));
        var outer = Bucket(Leaf(128, 0, PageHeader.BucketEntry, [0x69], inner));
        Leaf(page, 3, PageHeader.BucketEntry, [0x6F], outer).CopyTo(content, 3 * page);
        using var file = Databases.Open(content);
        var bucket = new BboltReader(file, content.Length).Bucket("o")!;
        Assert.True(bucket.MoveNext());
        Assert.Equal(["6B=76"], Databases.Entries(bucket.Nested()));
        Assert.False(bucket.MoveNext());
    }

    private static byte[] Bucket(byte[] page) => [.. new byte[PageHeader.BucketSize], .. page];

    private static byte[] Leaf(int pageSize, ulong id, uint flags, byte[] key, byte[] value)
    {
        var draft = new PageDraft(PageHeader.Leaf, pageSize, planning: false);
        byte[] entry = [.. key, .. value];
        entry.CopyTo(draft.Add(key.Length, value.Length, flags));
        return draft.Finish(id).ToArray();
    }
}
