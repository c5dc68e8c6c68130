using EtcdEdge.Raft;

namespace EtcdEdge.Server.Node;

/// <summary>Where the node loop leaves messages for other members. Never blocks; what cannot be sent is dropped, as Raft expects.</summary>
internal interface IPeers
{
    void Send(IReadOnlyList<Message> messages);

    /// <summary>Sends a request's log entry to the leader, for a follower cannot propose. One that gets lost ends as a timeout of its waiter.</summary>
    void Forward(ulong leader, ReadOnlyMemory<byte> entry);
}
