using EtcdEdge.StateMachine.Snapshot;

namespace EtcdEdge.Snapshots.Checkpoints;

/// <summary>The limits of Checkpoints, each with its reason.</summary>
public static class CheckpointFileLimits
{
    /// <summary>Segments of a checkpoint that are written between two checks of the free space: 2 MiB, a part of what the log reserves.</summary>
    public const int CheckpointSegmentsPerLook = 32;

    /// <summary>A segment below a quarter of its bounds is packed together with its neighbours.</summary>
    public const int CheckpointSmallSegmentRecords = SnapshotSegmentLimits.SegmentRecords / 4;

    /// <inheritdoc cref="CheckpointSmallSegmentRecords"/>
    public const int CheckpointSmallSegmentBytes = SnapshotSegmentLimits.SegmentBytes / 4;

    /// <summary>
    /// A change of more than this share of the records is cheaper as a new file: that is written once, a change twice with its journal.
    /// </summary>
    public const double CheckpointWholeShare = 0.4;

    /// <summary>A file up to this size is never written anew for its free space.</summary>
    public const long CheckpointSmallFileBytes = 4 << 20;

    /// <summary>A frame of a state on a stream: a head with very many leases, or a segment with one record of the largest request.</summary>
    public const int StateFrameBytesMax = 256 << 20;

    /// <summary>Segments between the disk and the tree at a start: 4 MiB keep both busy.</summary>
    public const int CheckpointSegmentsInFlight = 64;

    /// <summary>More than cards accept; less than what makes the log's flushes wait on a fast disk.</summary>
    public const long CheckpointBytesPerSecond = 96 << 20;

    /// <summary>The longest rest: a stalled disk is not waited for twice.</summary>
    public static readonly TimeSpan CheckpointRestMax = TimeSpan.FromMilliseconds(250);

    /// <summary>Interval of the free-space check: no disk writes the reserve in between.</summary>
    public const int FreeSpaceLookMs = 2_000;
}
