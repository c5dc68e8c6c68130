using EtcdEdge.Raft;
using EtcdEdge.Server.Node;
using EtcdEdge.StateMachine.Cluster;

namespace EtcdEdge.Simulation.Members;

/// <summary>One member's end of the simulated network.</summary>
internal sealed class SimPeers(int from, World.Network network) : IPeers
{
    public void SetMembers(ClusterView cluster)
    {
    }

    /// <summary>Nobody asks why: a timeout is a timeout to the simulated clients.</summary>
    public TimeSpan? ConnectedFor(ulong id) => TimeSpan.MaxValue;

    public void Send(IReadOnlyList<Message> messages)
    {
        for (int i = 0; i < messages.Count; i++)
        {
            network.Send(from, messages[i]);
        }
    }

    public void Forward(ulong leader, ReadOnlyMemory<byte> entry) => network.Forward(from, leader, entry.ToArray());
}
