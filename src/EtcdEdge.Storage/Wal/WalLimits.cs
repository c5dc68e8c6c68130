namespace EtcdEdge.Storage.Wal;

/// <summary>The limits of Wal, each with its reason.</summary>
public static class WalLimits
{
    /// <summary>Below 4 KiB flash programs a whole page anyway and ext4 would read before it writes.</summary>
    public const int PageSizeMin = 4096;

    /// <summary>Flash pages of cards after 2010 are at most 16 KiB; larger pages would only waste space.</summary>
    public const int PageSizeMax = 16 * 1024;

    /// <summary>Room for the header and a few pages; only tests go this low.</summary>
    public const long SegmentSizeMin = 32 * 1024;

    /// <summary>A larger segment would make the first start on a slow disk (zero-fill) and each recovery's tail scan take seconds.</summary>
    public const long SegmentSizeMax = 256L * 1024 * 1024;

    /// <summary>Spans and the length field end at 2 GiB; half of it leaves room for the sector heads. Requests end at 100 MiB by flag.</summary>
    public const long GroupBytesMax = 1L << 30;

    /// <summary>A fresh group's buffer: a page-sized write for most, no growth for a burst of a hundred small ones.</summary>
    public const int GroupBufferInitial = 64 * 1024;

    /// <summary>A buffer that grew beyond this for one large request is given back to the system, not pooled.</summary>
    public const int GroupBufferPooledMax = 1024 * 1024;

    /// <summary>One group is filled, one is written, one is being returned; a fourth absorbs a burst.</summary>
    public const int GroupsPooledMax = 4;

    /// <summary>
    /// Zeros written between two checks of the queue while a spare is prepared: about 50 ms on a disk that writes 10 MB/s, which is the longest delay
    /// of a waiting commit.
    /// </summary>
    public const int ZeroFillChunk = 512 * 1024;

    /// <summary>Bytes that recovery reads at once: large enough for a disk's sequential speed, small for the smallest board's memory.</summary>
    public const int ReadWindow = 256 * 1024;
}
