namespace EtcdEdge.Raft.Model;

/// <summary>State that callers use and that is not stored.</summary>
/// <param name="Leader">The leader of the term; 0 is unknown.</param>
/// <param name="Role">This member's role.</param>
/// <param name="Term">The term both belong to.</param>
public readonly record struct SoftState(ulong Leader, Role Role, ulong Term);
