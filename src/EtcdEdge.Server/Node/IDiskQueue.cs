using EtcdEdge.Storage.Wal;

namespace EtcdEdge.Server.Node;

/// <summary>
/// Where the node loop hands a sealed group, at most one at a time, and goes on; <see cref="NodeInputKind.Flushed"/> says when it is durable.
/// The daemon's is a thread, the simulator's a schedule.
/// </summary>
internal interface IDiskQueue
{
    void Submit(WalGroup group);
}
