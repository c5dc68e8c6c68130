using EtcdEdge.Raft.Progress;

namespace EtcdEdge.Raft;

/// <summary>A leader's view of one member, itself included.</summary>
/// <param name="Id">Whose it is.</param>
/// <param name="Match">The highest entry known to be durable there.</param>
/// <param name="Next">The next entry to send.</param>
/// <param name="State">How the leader sends to it.</param>
/// <param name="IsLearner">Whether it receives the log without a vote.</param>
/// <param name="RecentlyActive">Whether a message arrived from it within the last election timeout.</param>
/// <param name="InflightMessages">Append messages on their way.</param>
/// <param name="InflightBytes">Their payload bytes.</param>
/// <param name="PendingSnapshot">The snapshot it is installing; 0 is none.</param>
public readonly record struct PeerStatus(
    ulong Id,
    ulong Match,
    ulong Next,
    ProgressState State,
    bool IsLearner,
    bool RecentlyActive,
    int InflightMessages,
    long InflightBytes,
    ulong PendingSnapshot);
