namespace EtcdEdge.StateMachine.Snapshot;

/// <summary>The limits of Snapshot, each with its reason.</summary>
public static class SnapshotSegmentLimits
{
    /// <summary>
    /// Records of a packed segment: enough that a checkpoint costs 2.4 times its payload instead of fifty times, few enough to rewrite.
    /// </summary>
    public const int SegmentRecords = 128;

    /// <summary>Bytes of a packed segment, unless a single record needs more: below the size at which an array becomes a large object.</summary>
    public const int SegmentBytes = 64 << 10;
}
