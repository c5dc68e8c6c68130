namespace EtcdEdge.Raft.Quorum;

/// <summary>What a voter has acknowledged: a log index, a heartbeat round or a tick. Only the order of the numbers counts.</summary>
internal interface IAckedIndex
{
    /// <summary>The highest number <paramref name="voter"/> acknowledged; 0 when it acknowledged nothing.</summary>
    ulong Acked(ulong voter);
}
