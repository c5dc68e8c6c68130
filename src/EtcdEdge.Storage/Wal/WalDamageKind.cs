namespace EtcdEdge.Storage.Wal;

/// <summary>What is wrong with a log that cannot be the work of a power cut.</summary>
public enum WalDamageKind
{
    /// <summary>A group has sectors that were written and rotted, or cannot be read.</summary>
    GroupDamaged,

    /// <summary>Groups are absent although a later one shows that they were flushed.</summary>
    GroupsLost,

    /// <summary>A segment between the first and the last, or every segment, is not there.</summary>
    SegmentMissing,

    /// <summary>A segment's first sector is damaged.</summary>
    SegmentHeaderDamaged,

    /// <summary>A segment's number is not the one in its name, or its groups belong to another one.</summary>
    SegmentOutOfOrder,

    /// <summary>A segment's file is shorter than its header says.</summary>
    SegmentTruncated,

    /// <summary>A file with a segment's name is something else, or another member's.</summary>
    SegmentForeign,

    /// <summary>A segment of a newer format.</summary>
    SegmentTooNew,
}
