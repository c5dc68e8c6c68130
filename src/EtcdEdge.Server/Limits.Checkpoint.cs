namespace EtcdEdge.Server;

/// <summary>The bounds of checkpoints.</summary>
internal static partial class Limits
{
    /// <summary>
    /// The log a start replays at most, about twice: a second of a board's time. Smaller would write the state more often than the log is worth.
    /// </summary>
    public const long DefaultCheckpointLogBytes = 32 << 20;

    /// <summary>Less could not be told from the log's own segments.</summary>
    public const long MinCheckpointLogBytes = 1 << 20;

    /// <summary>
    /// Times --checkpoint-log-bytes that the log may take at most: two is its steady state, one more is written during a checkpoint, and the rest is
    /// for bursts that outrun it: a quarter of a million writes of 1 KB pass before any waits. Replayed at a start, so not more.
    /// </summary>
    public const int LogCheckpointsMax = 8;

    /// <summary>
    /// Segments that a log of any bound may take: those that two checkpoints hold, and <see cref="LogSegmentsScarce"/> with what is in flight.
    /// </summary>
    public const int LogSegmentsMin = 8;

    /// <summary>Requests of the largest size that fit beside those, so that one of them never waits for ever.</summary>
    public const int LogLargestRequests = 2;

    /// <summary>Below so many free segments a checkpoint is due: one before writes wait.</summary>
    public const int LogSegmentsScarce = 4;

    /// <summary>
    /// Free segments that ordinary writes leave to compactions, alarms and other members' entries, which leave the last to what is in flight.
    /// </summary>
    public const int LogSegmentsForUrgent = 3;

    /// <summary>What an entry takes in the log beside its data: its head, and its share of groups' heads.</summary>
    public const int LogBytesPerEntry = 64;

    /// <summary>One byte of so many is a sector's head, or less.</summary>
    public const int LogShareOfSectorHeads = 32;

    /// <summary>
    /// A segment's first page, and what a group is padded with to whole pages, where pages are largest (--wal-page-bytes). A group that is too long
    /// for a segment by these gets a longer one.
    /// </summary>
    public const int LogBytesBesideGroup = 2 * 16 * 1024;

    /// <summary>
    /// How soon the checkpointer looks again while room in the log is scarce: the disk's thread frees a segment in a few milliseconds.
    /// </summary>
    public const int CheckpointPressedLookMs = 50;

    /// <summary>How often the log is said to be near its bound.</summary>
    public const long LogFullSayMs = 60_000;

    /// <summary>An idle cluster's compaction comes every five minutes; the checkpoint follows it.</summary>
    public static readonly TimeSpan DefaultCheckpointInterval = TimeSpan.FromMinutes(5);

    /// <summary>
    /// A checkpoint that only time asks for may cost the card this share of the log since the last one: at two writes a second about one in a quarter
    /// of an hour instead of one in five minutes.
    /// </summary>
    public const int CheckpointLogShare = 16;

    /// <summary>How often the free space is looked at: a card of any speed does not write the reserve in between.</summary>
    public const int FreeSpaceLookMs = 2_000;

    /// <summary>Log segments that must still fit the card: one that is being made, and one more for what frees space.</summary>
    public const int FreeSpaceSegments = 2;

    /// <summary>Segments of a checkpoint that are written between two looks at the free space: 2 MiB, a part of what the log keeps.</summary>
    public const int CheckpointSegmentsPerLook = 32;

    /// <summary>More than cards take; less than what makes the log's flushes wait on a fast disk.</summary>
    public const long CheckpointBytesPerSecond = 96 << 20;

    /// <summary>A card that stalled is not waited for twice.</summary>
    public static readonly TimeSpan CheckpointRestMax = TimeSpan.FromMilliseconds(250);

    /// <summary>How often the checkpointer looks whether one is due.</summary>
    public const int CheckpointLookMs = 1_000;

    /// <summary>How often the disk's thread looks for segments to free while nothing is written.</summary>
    public const int DiskIdleLookMs = 5_000;

    /// <summary>How long it waits for a compaction's removal to end: a million records take ten seconds.</summary>
    public const int CheckpointCompactionPatienceMs = 30_000;

    /// <summary>Pause after a failure: a full disk does not empty itself within seconds.</summary>
    public const int CheckpointRetryMs = 30_000;

    /// <summary>The same while writes wait for room in the log: less than a request's patience.</summary>
    public const int CheckpointPressedRetryMs = 5_000;

    /// <summary>A segment below a quarter of its bounds is packed together with its neighbours.</summary>
    public const int CheckpointSmallSegmentRecords = StateMachine.Limits.SegmentRecords / 4;

    /// <inheritdoc cref="CheckpointSmallSegmentRecords"/>
    public const int CheckpointSmallSegmentBytes = StateMachine.Limits.SegmentBytes / 4;

    /// <summary>
    /// A change of more than this share of the records is cheaper as a new file: that is written once, a change twice with its journal.
    /// </summary>
    public const double CheckpointWholeShare = 0.4;

    /// <summary>A file up to this size is never written anew for its free space.</summary>
    public const long CheckpointSmallFileBytes = 4 << 20;

    /// <summary>A frame of a state on a stream: a head with very many leases, or a segment with one record of the largest request.</summary>
    public const int StateFrameBytesMax = 256 << 20;

    /// <summary>Segments between the card and the tree at a start: 4 MiB keep both busy.</summary>
    public const int CheckpointSegmentsInFlight = 64;
}
