using EtcdEdge.Raft;

namespace EtcdEdge.Server.Node;

/// <summary>Where the node loop leaves messages for other members. Never blocks; what cannot be sent is dropped, as Raft expects.</summary>
internal interface IPeers
{
    void Send(IReadOnlyList<Message> messages);
}
