namespace EtcdEdge.Server.Node;

/// <summary>
/// What the node knows of itself, published by the node loop after each step and read by anybody without a lock.
/// Indexes and terms are Raft's; ids are etcd's member ids, 0 is "none".
/// </summary>
public sealed record NodeStatus
{
    public ulong Leader { get; init; }
    public ulong Term { get; init; }
    public ulong LastIndex { get; init; }
    public ulong CommittedIndex { get; init; }
    public ulong AppliedIndex { get; init; }
    public bool IsLeader { get; init; }
    public bool IsLearner { get; init; }

    /// <summary>Proposals posted and not yet answered.</summary>
    public int PendingProposals { get; init; }

    /// <summary>Times a leader was seen to change, since start (etcd_server_leader_changes_seen_total).</summary>
    public long LeaderChanges { get; init; }
}
