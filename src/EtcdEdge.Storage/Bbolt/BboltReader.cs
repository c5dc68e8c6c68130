using System.Text;

namespace EtcdEdge.Storage.Bbolt;

/// <summary>
/// Reads a bbolt database file that nobody writes to. Believes nothing: every page, position and length is checked against the file, keys must
/// ascend, and a page is reached once; what fails that throws <see cref="BboltException"/>. One thread.
/// </summary>
public sealed class BboltReader
{
    private readonly IDiskFile _file;
    private readonly long _length;
    private readonly BboltMeta _meta;

    /// <param name="file">The file; stays the caller's.</param>
    /// <param name="length">Bytes of the database in it: a snapshot's end is a checksum that is no part of it.</param>
    /// <exception cref="BboltException">It has no whole meta page, or is shorter than that page says.</exception>
    public BboltReader(IDiskFile file, long length)
    {
        _file = file;
        _length = length;
        _meta = NewestMeta();
        Require(_meta.PageSize is >= BboltLimits.BboltPageSizeMin and <= BboltLimits.BboltPageSizeMax && int.IsPow2(_meta.PageSize),
            $"its pages have {_meta.PageSize} bytes");
        Require(_meta.PageCount <= (ulong)(length / _meta.PageSize),
            $"it is cut off: {_meta.PageCount} pages of {_meta.PageSize} bytes are in use, the file has {length} bytes");
    }

    /// <summary>Bytes in use, free pages among them included: what bbolt calls the database's size.</summary>
    public long Size => (long)_meta.PageCount * _meta.PageSize;

    internal int PageSize => _meta.PageSize;

    internal ulong PageCount => _meta.PageCount;

    /// <summary>The buckets, by name; nested in each of them may be others.</summary>
    public BboltCursor Root() => new(this, _meta.Root, default);

    /// <summary>The entries of a bucket, or null when there is none of that name.</summary>
    public BboltCursor? Bucket(string name)
    {
        var wanted = Encoding.UTF8.GetBytes(name);
        for (var buckets = Root(); buckets.MoveNext();)
        {
            if (buckets.Key.Span.SequenceEqual(wanted))
            {
                return buckets.Nested();
            }
        }

        return null;
    }

    internal static void Require(bool condition, string complaint)
    {
        if (!condition)
        {
            throw new BboltException(complaint);
        }
    }

    internal static void Require(bool condition, ulong page, string complaint)
    {
        if (!condition)
        {
            throw new BboltException($"page {page}: {complaint}");
        }
    }

    /// <summary>A page and those it runs over.</summary>
    internal byte[] ReadPage(ulong id)
    {
        Require(id > 1 && id < _meta.PageCount, id, "it is named by another page, and is not in use");
        Span<byte> head = stackalloc byte[PageHeader.Size];
        ReadAt(id, head);
        var header = PageHeader.Read(head);
        Require(header.Id == id, id, $"it says it is page {header.Id}");
        Require(header.Overflow < _meta.PageCount - id, id, "it runs over the end of the database");
        var length = (header.Overflow + 1L) * _meta.PageSize;
        Require(length <= BboltLimits.BboltEntryBytesMax, id, "it is larger than any entry may be");
        var page = new byte[length];
        ReadAt(id, page);
        return page;
    }

    private void ReadAt(ulong id, Span<byte> into) =>
        Require(_file.Read((long)id * _meta.PageSize, into) == into.Length, id, "it is behind the end of the file");

    // Where the second meta stands depends on the page size, which only a meta tells: a damaged first one leaves guessing, as bbolt does.
    private BboltMeta NewestMeta()
    {
        var first = MetaAt(0);
        BboltMeta? second = null;
        for (var size = first?.PageSize ?? BboltLimits.BboltPageSizeMin; second is null && size is > 0 and <= BboltLimits.BboltPageSizeMax; size *= 2)
        {
            second = MetaAt(size);
            if (first is not null)
            {
                break;
            }
        }

        return (first, second) switch
        {
            ({ } a, { } b) => a.Transaction > b.Transaction ? a : b,
            ({ } a, null) => a,
            (null, { } b) => b,
            _ => throw new BboltException("it is no bbolt database, or both its meta pages are damaged"),
        };
    }

    private BboltMeta? MetaAt(long offset)
    {
        Span<byte> bytes = stackalloc byte[PageHeader.Size + BboltMeta.Size];
        return offset + bytes.Length <= _length && _file.Read(offset, bytes) == bytes.Length ? BboltMeta.Read(bytes[PageHeader.Size..]) : null;
    }
}
