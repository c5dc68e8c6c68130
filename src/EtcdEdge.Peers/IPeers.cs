using EtcdEdge.Raft.Model;
using EtcdEdge.StateMachine.Cluster;

namespace EtcdEdge.Peers;

/// <summary>The other members, as the node loop needs them. Nothing here blocks; what cannot be sent is dropped, as Raft expects.</summary>
public interface IPeers
{
    /// <summary>The membership as of the newest applied entry; told before anything is sent to a new member.</summary>
    void SetMembers(ClusterView cluster);

    void Send(IReadOnlyList<Message> messages);

    /// <summary>
    /// Sends a request's log entry to the leader, for a follower cannot propose. One that gets lost ends as a timeout of its waiter.
    /// </summary>
    void Forward(ulong leader, ReadOnlyMemory<byte> entry);

    /// <summary>How long the connection to a member has stood, or null: it tells why a request may have timed out.</summary>
    TimeSpan? ConnectedFor(ulong id);
}
