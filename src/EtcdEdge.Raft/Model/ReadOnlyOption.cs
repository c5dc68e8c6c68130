namespace EtcdEdge.Raft.Model;

/// <summary>How a leader makes sure that it still leads before it answers a linearizable read (thesis §6.4).</summary>
public enum ReadOnlyOption : byte
{
    /// <summary>A round of heartbeats is acknowledged by a quorum. Depends on no clock. The default.</summary>
    Safe = 0,

    /// <summary>
    /// Within the lease that the last such round gave it the leader answers at once; outside of it as <see cref="Safe"/>.
    /// Needs check-quorum, the same ElectionTicks on all members, and clocks that drift apart by less than a tenth.
    /// </summary>
    LeaseBased = 1,
}
