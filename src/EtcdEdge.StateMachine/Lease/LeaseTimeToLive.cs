namespace EtcdEdge.StateMachine.Lease;

/// <summary>A lease as LeaseTimeToLive shows it.</summary>
/// <param name="RemainingSeconds">Whole seconds left, rounded down; 0 once expired.</param>
/// <param name="GrantedSeconds">The TTL it was granted with.</param>
/// <param name="Keys">The attached keys in order.</param>
public sealed record LeaseTimeToLive(long RemainingSeconds, long GrantedSeconds, IReadOnlyList<ReadOnlyMemory<byte>> Keys);
