namespace EtcdEdge.Storage;

/// <summary>Every bound of this project, with its reason.</summary>
internal static class Limits
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

    /// <summary>bbolt's bound of a key (MaxKeySize).</summary>
    public const int BboltKeyBytesMax = 32768;

    /// <summary>The sizes bbolt's own search for a second meta page begins and ends with are 1 KiB and 16 MiB; memory pages end at 64 KiB.</summary>
    public const int BboltPageSizeMin = 1024;

    /// <inheritdoc cref="BboltPageSizeMin"/>
    public const int BboltPageSizeMax = 64 * 1024;

    /// <summary>A tree of this depth with two children per branch would not fit a file; only a damaged one gets there.</summary>
    public const int BboltDepthMax = 48;

    /// <summary>An entry is a request at most, which end at 100 MiB by flag; a damaged page must not make the reader ask for all memory.</summary>
    public const long BboltEntryBytesMax = 256L * 1024 * 1024;

    /// <summary>Bytes of a trial's entries: an idle Kubernetes cluster's lease heartbeat in etcd's encoding (467 measured), with headers.</summary>
    public const int TrialEntryBytes = 512;

    /// <summary>Fewer flushes say nothing of the slowest in a hundred.</summary>
    public const int TrialSyncsMin = 100;

    /// <summary>etcd's own advice for a disk (Documentation/op-guide/hardware: 99th percentile below 10 ms).</summary>
    public static readonly TimeSpan GoodSyncP99 = TimeSpan.FromMilliseconds(10);

    /// <summary>A stall of this length passes within the default election timeout.</summary>
    public static readonly TimeSpan GoodSyncMax = TimeSpan.FromMilliseconds(500);

    /// <summary>Above it, an API server's request of several writes takes seconds.</summary>
    public static readonly TimeSpan UsableSyncP99 = TimeSpan.FromMilliseconds(250);

    /// <summary>Kubernetes' components give their leases up after 10 s without a write; half of it leaves room for a second try.</summary>
    public static readonly TimeSpan UsableSyncMax = TimeSpan.FromSeconds(5);

    /// <summary>--election-timeout when nothing is said (etcd).</summary>
    public static readonly TimeSpan ElectionTimeoutDefault = TimeSpan.FromSeconds(1);

    /// <summary>etcd refuses more.</summary>
    public static readonly TimeSpan ElectionTimeoutMax = TimeSpan.FromSeconds(50);
}
