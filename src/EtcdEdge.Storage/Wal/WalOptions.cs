using EtcdEdge.Base;

namespace EtcdEdge.Storage.Wal;

/// <summary>How a log is laid out and whose it is.</summary>
public sealed record WalOptions
{
    /// <summary>Whose log it is; a segment of another cluster or member is refused.</summary>
    public required ulong ClusterId { get; init; }

    /// <inheritdoc cref="ClusterId"/>
    public required ulong MemberId { get; init; }

    /// <summary>
    /// True for a member that has never run: an empty directory becomes a new log. False for one that has: an empty directory is a lost log.
    /// </summary>
    public required bool Create { get; init; }

    /// <summary>Bytes of a segment; a multiple of <see cref="PageSize"/>. Segments already in use keep theirs.</summary>
    public long SegmentSize { get; init; } = 8 * 1024 * 1024;

    /// <summary>Bytes; each group starts at a multiple of it. 4 KiB or a larger power of two, at most 16 KiB.</summary>
    public int PageSize { get; init; } = 4096;

    /// <summary>
    /// Released segments kept for reuse instead of deleted. Enough for what is released at once after a checkpoint, so that a log in steady
    /// state neither allocates nor zero-fills.
    /// </summary>
    public int SparesMax { get; init; } = 8;

    /// <summary>
    /// The operator has accepted a loss: instead of reporting damage, truncate the log there, drop what followed and start. <see
    /// cref="WalRecovery.AcceptedLoss"/> then reports what was lost.
    /// </summary>
    public bool AcceptLoss { get; init; }

    /// <summary>
    /// Entries up to this index are in a durable checkpoint, so that damage which hides only some of these loses nothing: reading continues after it.
    /// 0: none are.
    /// </summary>
    public ulong CoveredUpTo { get; init; }

    /// <summary>Measures the two halves of a flush.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Called on the disk thread after each durable group; must not block.</summary>
    public Action<WalFlush>? Flushed { get; init; }

    /// <summary>Called on the disk thread when a spare segment could not be prepared, at most every 30 seconds; must not block.</summary>
    public Action<DiskException>? SpareFailed { get; init; }

    internal void Check()
    {
        Invariant.Require(PageSize is >= WalLimits.PageSizeMin and <= WalLimits.PageSizeMax && int.IsPow2(PageSize),
            "the page size is 4, 8 or 16 KiB");
        Invariant.Require(SegmentSize is >= WalLimits.SegmentSizeMin and <= WalLimits.SegmentSizeMax, "the segment size is within its limits");
        Invariant.Require(SegmentSize % PageSize == 0, "a segment is a whole number of pages");
        Invariant.Require(SparesMax >= 1, "a log keeps at least one spare, its reserve on a full disk");
    }
}
