namespace EtcdEdge.StateMachine.Model;

/// <summary>What must be kept of a lease to rebuild it; its keys are found again from the records that name it.</summary>
/// <param name="Id">The lease's id.</param>
/// <param name="TtlSeconds">The granted TTL.</param>
/// <param name="CheckpointSeconds">Seconds left at the last checkpoint; 0 is none.</param>
public readonly record struct LeaseRecord(long Id, long TtlSeconds, long CheckpointSeconds);
