using EtcdEdge.Storage.Wal;

namespace EtcdEdge.Server.Node;

/// <summary>
/// Takes a sealed group from the node loop, at most one at a time, without blocking it; <see cref="NodeInputKind.Flushed"/> reports that it is
/// durable. The daemon's implementation is a thread, the simulator's a schedule.
/// </summary>
internal interface IDiskQueue
{
    void Submit(WalGroup group);
}
