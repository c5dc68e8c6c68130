namespace EtcdEdge.Raft;

/// <summary>Every bound of this project that is not an option of <see cref="RaftOptions"/>, with its reason.</summary>
public static class Limits
{
    /// <summary>Committed entries in one Ready: enough to amortise a step, few enough that applying them does not delay a heartbeat.</summary>
    public const int CommittedEntriesPerReady = 8192;

    /// <summary>Payload bytes of committed entries in one Ready (at least one entry goes), for the same reason.</summary>
    public const long CommittedBytesPerReady = 16 << 20;

    /// <summary>Entries in one append message. A slice copies 40 bytes per entry, so this caps the copy at well below 1 MiB.</summary>
    public const int EntriesPerMessage = 16384;

    /// <summary>Reads waiting for a quorum at the leader. A follower batches its own, so this is reached only by a caller that does not.</summary>
    public const int PendingReads = 65536;

    /// <summary>
    /// Heartbeat rounds whose send tick is remembered for the lease. A round acknowledged later than this many rounds after it was sent is
    /// too old to extend a lease.
    /// </summary>
    public const int RememberedRounds = 256;

    /// <summary>
    /// Which part of an election timeout the wait is drawn from when the leader is known to be dead: with etcd's ten ticks one, two or three, where a
    /// second follower is likely to be a tick away and an election takes less than one.
    /// </summary>
    public const int HurriedShare = 3;

    /// <summary>Slots of an empty log: a node that never writes costs this many entries of memory.</summary>
    public const int LogInitialCapacity = 64;

    /// <summary>Changes in one configuration change: etcd sends one, joint consensus replaces at most a whole cluster twice this size.</summary>
    public const int ChangesPerConfChange = 64;
}
