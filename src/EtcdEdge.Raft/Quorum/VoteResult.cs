namespace EtcdEdge.Raft.Quorum;

/// <summary>The result of an election so far.</summary>
internal enum VoteResult : byte
{
    /// <summary>Votes still missing can decide it either way.</summary>
    Pending = 0,

    /// <summary>A quorum can no longer be reached.</summary>
    Lost = 1,

    /// <summary>A quorum granted its vote.</summary>
    Won = 2,
}
