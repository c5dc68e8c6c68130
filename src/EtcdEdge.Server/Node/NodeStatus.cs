namespace EtcdEdge.Server.Node;

/// <summary>
/// The node's view of itself, published by the node loop after each step and read by any thread without a lock. Indexes and terms are Raft's; ids are
/// etcd's member ids, 0 means none.
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

    /// <summary>
    /// This member leads alone and has applied all entries of earlier terms: everything that was ever acknowledged is in the published root, so that
    /// a linearizable read needs no round of heartbeats.
    /// </summary>
    public bool IsSoleVoter { get; init; }

    /// <summary>Times a leader was seen to change, since start (etcd_server_leader_changes_seen_total).</summary>
    public long LeaderChanges { get; init; }

    /// <summary>Requests refused by Raft or not decided in time, since start (etcd_server_proposals_failed_total).</summary>
    public long FailedProposals { get; init; }

    /// <summary>Read barriers not confirmed in time, since start (etcd_server_read_indexes_failed_total).</summary>
    public long FailedReads { get; init; }
}
