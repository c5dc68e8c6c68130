namespace EtcdEdge.Storage;

/// <summary>Every bound of this project, with its reason.</summary>
internal static partial class Limits
{
    /// <summary>Below 4 KiB a card programs a whole flash page anyway and ext4 would read before it writes.</summary>
    public const int PageSizeMin = 4096;

    /// <summary>Flash pages of cards after 2010 are at most 16 KiB; larger would only waste card.</summary>
    public const int PageSizeMax = 16 * 1024;

    /// <summary>Room for the header and a few pages; only tests go this low.</summary>
    public const long SegmentSizeMin = 32 * 1024;

    /// <summary>Larger would make the first start on a slow card (zero-fill) and each recovery's tail scan take seconds.</summary>
    public const long SegmentSizeMax = 256L * 1024 * 1024;

    /// <summary>Spans and the length field end at 2 GiB; half of it leaves room for the sector heads. Requests end at 100 MiB by flag.</summary>
    public const long GroupBytesMax = 1L << 30;

    /// <summary>A fresh group's buffer: a page-sized write for most, no growth for a burst of a hundred small ones.</summary>
    public const int GroupBufferInitial = 64 * 1024;

    /// <summary>A buffer that grew beyond this for one large request is given back to the system, not pooled.</summary>
    public const int GroupBufferPooledMax = 1024 * 1024;

    /// <summary>One group forms, one is written, one is on its way back; a fourth absorbs a burst.</summary>
    public const int GroupsPooledMax = 4;

    /// <summary>
    /// Zeros written between two looks at the queue while a spare is prepared: about 50 ms on a card that writes 10 MB/s,
    /// which is the most a waiting commit is held up by it.
    /// </summary>
    public const int ZeroFillChunk = 512 * 1024;

    /// <summary>What recovery reads at once: large enough for a card's sequential speed, small beside the smallest board's memory.</summary>
    public const int ReadWindow = 256 * 1024;

    /// <summary>The identity file is one sector, so that a torn write of it cannot exist.</summary>
    public const int IdentityFileSize = 512;

    /// <summary>Member names longer than this do not fit the identity file; etcd's are host names (at most 253).</summary>
    public const int MemberNameBytesMax = 400;

    /// <summary>
    /// Bytes of blobs that one transaction of a checkpoint writes: LiteDB keeps its pages in memory and the journal holds them once more, so that
    /// this bounds both to about 16 MiB. A change that fits is atomic.
    /// </summary>
    public const int CheckpointBatchBytes = 4 << 20;

    /// <summary>Checkpoints that may be written while a leader's state waits to be installed: more than a card lives to see.</summary>
    public const long CheckpointGenerationsAhead = 1 << 20;

    /// <summary>Documents that one query of a checkpoint's reading takes: about 4 MiB of packed segments.</summary>
    public const int CheckpointScanDocuments = 64;

    /// <summary>A larger blob goes into several documents: LiteDB's largest is 16 MiB, and a request may have 64 MiB.</summary>
    public const int CheckpointPartBytes = 1 << 20;

    /// <summary>Pages written by one call where they are neighbours; a multiple of the page.</summary>
    public const int CheckpointWriteRun = 256 * 1024;
}
