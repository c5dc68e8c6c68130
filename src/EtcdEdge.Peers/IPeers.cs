using EtcdEdge.Raft.Model;
using EtcdEdge.StateMachine.Cluster;

namespace EtcdEdge.Peers;

/// <summary>The other members, as the node loop needs them. Nothing here blocks; what cannot be sent is dropped, as Raft expects.</summary>
public interface IPeers
{
    /// <summary>Sets the membership as of the newest applied entry; called before anything is sent to a new member.</summary>
    void SetMembers(ClusterView cluster);

    void Send(IReadOnlyList<Message> messages);

    /// <summary>
    /// Sends a request's log entry to the leader, for a follower cannot propose. One that gets lost ends as a timeout of its waiter.
    /// </summary>
    void Forward(ulong leader, ReadOnlyMemory<byte> entry);

    /// <summary>Age of the connection to a member, or null: it explains why a request may have timed out.</summary>
    TimeSpan? ConnectedFor(ulong id);
}
