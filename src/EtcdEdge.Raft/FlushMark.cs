namespace EtcdEdge.Raft;

/// <summary>What becomes true when a Ready is durable.</summary>
/// <param name="Number">The Ready.</param>
/// <param name="LastIndex">Entries up to here are then on disk as they are in the log now.</param>
/// <param name="Term">The durable term.</param>
/// <param name="Vote">The durable vote.</param>
internal readonly record struct FlushMark(ulong Number, ulong LastIndex, ulong Term, ulong Vote);
