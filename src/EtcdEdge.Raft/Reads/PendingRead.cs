namespace EtcdEdge.Raft.Reads;

/// <summary>A linearizable read that waits at the leader.</summary>
/// <param name="From">The requesting member: this one or a follower.</param>
/// <param name="Context">The asker's number for it.</param>
/// <param name="Index">The commit index when it arrived.</param>
/// <param name="Round">The first heartbeat round sent after it arrived: its acknowledgement by a quorum confirms the read.</param>
internal readonly record struct PendingRead(ulong From, ulong Context, ulong Index, ulong Round);
