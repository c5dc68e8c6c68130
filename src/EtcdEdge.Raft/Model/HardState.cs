namespace EtcdEdge.Raft.Model;

/// <summary>
/// What a member must remember across a crash (Raft figure 2). <see cref="Term"/> and <see cref="Vote"/> have to be durable before any
/// message that depends on them leaves; <see cref="Commit"/> is a hint that only shortens recovery.
/// </summary>
/// <param name="Term">The latest term this member has seen.</param>
/// <param name="Vote">The member it voted for in that term; 0 is none.</param>
/// <param name="Commit">The highest index known to be committed.</param>
public readonly record struct HardState(ulong Term, ulong Vote, ulong Commit);
