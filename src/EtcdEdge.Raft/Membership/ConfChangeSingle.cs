namespace EtcdEdge.Raft.Membership;

/// <summary>One step of a configuration change.</summary>
/// <param name="Type">What happens.</param>
/// <param name="Id">The member; not 0.</param>
public readonly record struct ConfChangeSingle(ConfChangeType Type, ulong Id);
