using EtcdEdge.Raft;
using EtcdEdge.Server.Node;

namespace EtcdEdge.Simulation.Members;

/// <summary>One member's end of the simulated network.</summary>
internal sealed class SimPeers(int from, World.Network network) : IPeers
{
    public void Send(IReadOnlyList<Message> messages)
    {
        for (int i = 0; i < messages.Count; i++)
        {
            network.Send(from, messages[i]);
        }
    }

    public void Forward(ulong leader, ReadOnlyMemory<byte> entry) => network.Forward(from, leader, entry.ToArray());
}
