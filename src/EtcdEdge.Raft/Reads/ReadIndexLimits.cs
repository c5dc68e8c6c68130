namespace EtcdEdge.Raft.Reads;

/// <summary>The limits of Reads, each with its reason.</summary>
public static class ReadIndexLimits
{
    /// <summary>
    /// Heartbeat rounds whose send tick is remembered for the lease. A round acknowledged later than this many rounds after it was sent is
    /// too old to extend a lease.
    /// </summary>
    public const int RememberedRounds = 256;
}
