namespace EtcdEdge.Server;

/// <summary>Every bound of the server, with its reason.</summary>
internal static partial class Limits
{
    /// <summary>
    /// Requests that wait for the log at one time; beyond it "etcdserver: too many requests". etcd allows 5,000 committed but unapplied entries;
    /// here apply never lags, so the bound is what a stalled card may pile up.
    /// </summary>
    public const int MaxPendingProposals = 10_000;

    /// <summary>Bytes of the requests that wait for the log: a stalled card must not fill a 1 GB board's memory.</summary>
    public const long MaxPendingProposalBytes = 64 << 20;

    /// <summary>Compactions, alarms and changes of members that may wait beside those.</summary>
    public const int PendingUrgentProposals = 1_000;

    /// <summary>Requests of other members' clients that wait for room in the log; those beyond it time out at their members.</summary>
    public const int HeldForOthers = 10_000;

    /// <summary>
    /// How long a removed member serves its clients once it knows of its removal, and how long it goes on once a majority of the others does: its
    /// client is to get the answer (etcd server/etcdserver stopWithDelay: 1 s).
    /// </summary>
    public static readonly TimeSpan RemovedPatience = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long it goes on, for the others alone, while that majority has not spoken (Node/Departure.cs). A partition longer than this is rarer than
    /// a dead network card, or than a membership that has changed altogether since this member last heard of it.
    /// </summary>
    public static readonly TimeSpan RemovedUnheardPatience = TimeSpan.FromSeconds(30);

    /// <summary>How long clients wait for a member that has no quorum (etcd --wait-cluster-ready-timeout: 5 s).</summary>
    public static readonly TimeSpan ClusterReadyTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Proposals kept for reuse: as many as a busy node has in flight.</summary>
    public const int PooledProposals = 2_048;

    /// <summary>Ticks made up for in one step: a loop that was paused must not campaign because it slept.</summary>
    public const int TicksPerStep = 2;

    /// <summary>Readers from which on a round of heartbeats costs more than the wait for the rest of them.</summary>
    public const int CrowdOfReads = 16;

    /// <summary>
    /// How long they are waited for, in milliseconds of the loop's clock, so that it is one less at worst: a client on a busy board needs that to
    /// come back, and a reader whose crowd has left notices no more.
    /// </summary>
    public const int CrowdPatienceMs = 2;

    /// <summary>Waiters that one pool thread goes on with: few enough that all cores have some of a crowd.</summary>
    public const int ResumedTogether = 16;

    /// <summary>
    /// Superseded revisions removed in one turn: scattered over a million keys each costs some ten microseconds of copied nodes, and the turn's
    /// writes wait for them.
    /// </summary>
    public const int RemovalsPerTurn = 100;

    /// <summary>How often waiting requests are looked at for a passed deadline: deadlines are seconds.</summary>
    public const long DeadlineSweepMs = 500;

    /// <summary>Leases expired per sweep of half a second: etcd's 1,000 a second.</summary>
    public const int LeaseRevokesPerSweep = 500;

    /// <summary>How often leases are looked at (etcd server/lease: 500 ms).</summary>
    public const long LeaseSweepMs = 500;

    /// <summary>How often a lease's remaining time is put through the log when the LeaseCheckpoint gate is on (etcd: 5 minutes).</summary>
    public const long LeaseCheckpointIntervalMs = 300_000;

    /// <summary>Checkpoints of leases in one proposal (etcd server/lease: maxLeaseCheckpointBatchSize).</summary>
    public const int LeaseCheckpointsPerProposal = 1_000;

    /// <summary>Bytes of entries kept in memory behind the applied index for followers that lag.</summary>
    public const long CatchUpBytes = 16 << 20;

    /// <summary>
    /// Bytes of entries kept instead while a connected member is being brought up to date: what a busy cluster writes while a state of a few hundred
    /// megabytes is on its way. Beyond it that member starts again with a newer state.
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
