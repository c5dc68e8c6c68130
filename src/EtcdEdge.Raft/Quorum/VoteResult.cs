namespace EtcdEdge.Raft.Quorum;

/// <summary>How an election stands.</summary>
internal enum VoteResult : byte
{
    /// <summary>Votes still missing can decide it either way.</summary>
    Pending = 0,

    /// <summary>A quorum can no longer be reached.</summary>
    Lost = 1,

    /// <summary>A quorum said yes.</summary>
    Won = 2,
}
