using EtcdEdge.Raft.Quorum;

namespace EtcdEdge.Raft.Tests.Quorum;

/// <summary>Acknowledged indexes from a table.</summary>
internal readonly struct AckedTable(IReadOnlyDictionary<ulong, ulong> acked) : IAckedIndex
{
    public ulong Acked(ulong voter) => acked.GetValueOrDefault(voter);
}
