using System.Buffers.Binary;
using System.Text;
using EtcdEdge.Base;

namespace EtcdEdge.Storage.Bbolt;

/// <summary>
/// A bbolt database that exists only as a stream: planned by a first walk over the buckets' sizes, because its first page names a root that comes
/// last, then given out page by page. Memory: a page per level of the tree, and the largest entry. The layout is bbolt's own after a compaction: both
/// metas, an empty freelist, full pages in key order.
/// </summary>
public sealed class BboltImage
{
    /// <summary>What bbolt writes on every machine etcd runs on but those with larger memory pages; read everywhere.</summary>
    private const int PageSize = 4096;
    private const ulong FreelistPage = 2;
    private const ulong FirstTreePage = 3;
    private readonly IReadOnlyList<BboltBucket> _buckets;

    /// <summary>Per bucket, and last the bucket of buckets: the first page of its tree, and its root.</summary>
    private readonly (ulong First, ulong Root)[] _trees;
    private readonly ulong _pageCount;

    /// <summary>Walks over all buckets once, for their sizes.</summary>
    public BboltImage(IEnumerable<BboltBucket> buckets)
    {
        _buckets = [.. buckets.OrderBy(bucket => bucket.Name, StringComparer.Ordinal)];
        _trees = new (ulong, ulong)[_buckets.Count + 1];
        var next = FirstTreePage;
        for (var i = 0; i < _trees.Length; i++)
        {
            var tree = new BucketTree(PageSize, next, planning: true);
            Drain(tree.Pages(EntriesOf(i)));
            (_trees[i], next) = ((next, tree.Root), tree.NextPage);
        }

        _pageCount = next;
    }

    /// <summary>Bytes of the image.</summary>
    public long Length => (long)_pageCount * PageSize;

    /// <summary>The image from its first byte to its last, in pieces of whole pages; each is valid until the next is asked for.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Pages()
    {
        var page = new byte[PageSize];
        yield return MetaPage(page, 0);
        yield return MetaPage(page, 1);
        yield return EmptyFreelist(page);
        for (var i = 0; i < _trees.Length; i++)
        {
            foreach (var piece in Tree(i))
            {
                yield return piece;
            }
        }
    }

    private static void Drain(IEnumerable<ReadOnlyMemory<byte>> pages)
    {
        using var each = pages.GetEnumerator();
        while (each.MoveNext())
        {
        }
    }

    private IEnumerable<ReadOnlyMemory<byte>> Tree(int index)
    {
        var tree = new BucketTree(PageSize, _trees[index].First, planning: false);
        foreach (var page in tree.Pages(EntriesOf(index), index == _buckets.Count ? PageHeader.BucketEntry : 0))
        {
            yield return page;
        }

        Invariant.Require(tree.Root == _trees[index].Root, "both walks over a bucket give the same");
    }

    private IBboltEntries EntriesOf(int index) => index < _buckets.Count ? _buckets[index].Open() : BucketList();

    private BboltList BucketList() => new(_buckets.Select((bucket, i) => (Encoding.UTF8.GetBytes(bucket.Name), BucketValue(_trees[i].Root))));

    private static byte[] BucketValue(ulong root)
    {
        var value = new byte[PageHeader.BucketSize];
        BinaryPrimitives.WriteUInt64LittleEndian(value, root);
        return value;
    }

    private byte[] MetaPage(byte[] page, ulong id)
    {
        page.AsSpan().Clear();
        new PageHeader(id, PageHeader.Meta, 0, 0).Write(page);
        new BboltMeta(PageSize, _trees[^1].Root, FreelistPage, _pageCount, id).Write(page.AsSpan(PageHeader.Size));
        return page;
    }

    private static byte[] EmptyFreelist(byte[] page)
    {
        page.AsSpan().Clear();
        new PageHeader(FreelistPage, PageHeader.Freelist, 0, 0).Write(page);
        return page;
    }
}
