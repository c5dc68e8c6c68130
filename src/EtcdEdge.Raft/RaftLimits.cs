namespace EtcdEdge.Raft;

/// <summary>The limits of the raft, each with its reason.</summary>
public static class RaftLimits
{
    /// <summary>Reads waiting for a quorum at the leader. A follower batches its own, so this is reached only by a caller that does not.</summary>
    public const int PendingReads = 65536;

    /// <summary>
    /// The part of an election timeout from which the delay is drawn when the leader is known to be dead: with etcd's ten ticks one, two or three,
    /// where a second follower is likely to be a tick away and an election takes less than one.
    /// </summary>
    public const int HurriedShare = 3;
}
