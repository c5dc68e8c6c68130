using EtcdEdge.Raft;

namespace EtcdEdge.Server.Node;

/// <summary>The peers of a member that is alone: there is nobody to talk to.</summary>
internal sealed class NoPeers : IPeers
{
    public void Send(IReadOnlyList<Message> messages)
    {
    }

    public void Forward(ulong leader, ReadOnlyMemory<byte> entry)
    {
    }
}
