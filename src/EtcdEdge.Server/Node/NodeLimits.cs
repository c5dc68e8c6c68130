using EtcdEdge.Configuration;

namespace EtcdEdge.Server.Node;

/// <summary>The limits of Node, each with its reason.</summary>
internal static class NodeLimits
{
    /// <summary>
    /// Times --checkpoint-log-bytes that the log may take at most: two is its steady state, one more is written during a checkpoint, and the rest is
    /// for bursts that outrun it: a quarter of a million writes of 1 KB pass before any waits. Replayed at a start, so not more.
    /// </summary>
    public const int LogCheckpointsMax = 8;

    /// <summary>
    /// Segments that a log of any bound may take: those that two checkpoints hold, and <see cref="LogSegmentsScarce"/> with what is in flight.
    /// </summary>
    public const int LogSegmentsMin = 8;

    /// <summary>Requests of the largest size that fit in addition, so that one of them never waits forever.</summary>
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

    /// <summary>How often the disk's thread looks for segments to free while nothing is written.</summary>
    public const int DiskIdleLookMs = 5_000;

    /// <summary>Round trips an election timeout has room for (etcd's tuning guide: at least ten).</summary>
    public const int RoundTripsPerElection = 10;

    /// <summary>
    /// Flushes it has room for: term and vote at the candidate, then at the voters, and the new leader's first entry at both. Heartbeats wait for
    /// none.
    /// </summary>
    public const int FlushesPerElection = 4;

    /// <summary>
    /// Longest adapted timeout. A campaign begins within two of them, and a dead leader should be replaced in the time for which clients wait (7 s
    /// and more).
    /// </summary>
    public static readonly TimeSpan MaxAdaptedElectionTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Interval of the adjustment: raises should come soon, and six raises reach the bound.</summary>
    public static readonly TimeSpan TimingInterval = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Intervals in a window. p99 covers two windows of five minutes, so that a disk's bad minute is remembered until its next one; the timeout is
    /// lowered only at the end of a window.
    /// </summary>
    public const int TimingLooksPerWindow = 30;

    /// <summary>
    /// It is lowered only when less than this of it is wanted, and raised beyond what is wanted by the rest: so it does not go to and fro.
    /// </summary>
    public const double TimingSlack = 0.7;

    /// <summary>
    /// Requests that wait for the log at one time; beyond it "etcdserver: too many requests". etcd allows 5,000 committed but unapplied entries; here
    /// applying never lags, so the limit bounds what accumulates behind a stalled disk.
    /// </summary>
    public const int MaxPendingProposals = 10_000;

    /// <summary>Bytes of the requests that wait for the log: a stalled disk must not fill the memory of a 1 GB board.</summary>
    public const long MaxPendingProposalBytes = ConfigurationLimits.MaxRequestBytes;

    /// <summary>Compactions, alarms and changes of members that may wait beside those.</summary>
    public const int PendingUrgentProposals = 1_000;

    /// <summary>Requests of other members' clients that wait for room in the log; those beyond it time out at their members.</summary>
    public const int HeldForOthers = 10_000;

    /// <summary>
    /// How long a removed member serves its clients once it knows of its removal, and how long it continues once a majority of the others knows: its
    /// client should receive the response (etcd server/etcdserver stopWithDelay: 1 s).
    /// </summary>
    public static readonly TimeSpan RemovedPatience = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long a removed member continues, for the other members only, while that majority has not confirmed (Node/RemovedMemberShutdown.cs). A
    /// partition longer than this is rarer than a dead network card, or than a membership that has changed completely since this member last heard of
    /// it.
    /// </summary>
    public static readonly TimeSpan RemovedUnheardPatience = TimeSpan.FromSeconds(30);

    /// <summary>Proposals kept for reuse: as many as a busy node has in flight.</summary>
    public const int PooledProposals = 2_048;

    /// <summary>Ticks made up for in one step: a loop that was paused must not campaign because it slept.</summary>
    public const int TicksPerStep = 2;

    /// <summary>Readers from which on a round of heartbeats costs more than the wait for the rest of them.</summary>
    public const int ReadBatchSize = 16;

    /// <summary>
    /// How long a batch of reads is collected, in milliseconds of the loop's clock, so one less at worst: a client on a busy board needs that long to
    /// read again, and a lone reader does not notice it.
    /// </summary>
    public const int ReadBatchDelayMs = 2;

    /// <summary>Continuations on one pool thread: few enough that all cores get some of a large batch.</summary>
    public const int ResumedTogether = 16;

    /// <summary>
    /// Superseded revisions removed in one turn: scattered over a million keys each costs some ten microseconds of copied nodes, and the turn's
    /// writes wait for them.
    /// </summary>
    public const int RemovalsPerTurn = 100;

    /// <summary>Interval at which waiting requests are checked for a passed deadline: deadlines are seconds.</summary>
    public const long DeadlineSweepMs = 500;

    /// <summary>Leases expired per sweep of half a second: etcd's 1,000 a second.</summary>
    public const int LeaseRevokesPerSweep = 500;

    /// <summary>Interval at which leases are checked (etcd server/lease: 500 ms).</summary>
    public const long LeaseSweepMs = 500;

    /// <summary>Checkpoints of leases in one proposal (etcd server/lease: maxLeaseCheckpointBatchSize).</summary>
    public const int LeaseCheckpointsPerProposal = 1_000;

    /// <summary>Bytes of entries kept in memory behind the applied index for followers that lag.</summary>
    public const long CatchUpBytes = 16 << 20;

    /// <summary>
    /// Bytes of entries kept instead while a connected member receives a snapshot: what a busy cluster writes during the transfer of a few hundred
    /// megabytes. Beyond it that member starts again with a newer snapshot.
    /// </summary>
    public const long HeldBytes = 64 << 20;

    /// <summary>The same in entries, whose own size counts when they are small.</summary>
    public const ulong HeldEntries = 250_000;

    /// <summary>
    /// Bytes of other members' messages that wait for the node loop, before their connections are no longer read: two of Raft's largest messages per
    /// peer of a five-member cluster.
    /// </summary>
    public const long PeerBytesInInbox = 8 << 20;

    /// <summary>
    /// Inputs up to which a turn of the node loop is taken by the thread that brings them; more go to the node thread, so that they are applied
    /// while the disk writes the next group.
    /// </summary>
    public const int InputsOfSmallTurn = 32;

    /// <summary>Small turns one caller's thread takes in a row before it hands over to the node thread and goes back to its own work.</summary>
    public const int SmallTurnsInARow = 8;
}
