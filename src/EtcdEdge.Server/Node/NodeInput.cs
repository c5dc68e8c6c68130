namespace EtcdEdge.Server.Node;

/// <summary>What can reach the node loop.</summary>
internal enum NodeInputKind
{
    /// <summary>A request for the log; the subject is its <see cref="Proposal"/>.</summary>
    Propose,

    /// <summary>
    /// Readers wait for their barrier, and there is nothing to wait for before asking; the subject is where they wait (<see
    /// cref="LinearizableReads"/>).
    /// </summary>
    ReadersWait,

    /// <summary>The disk thread made a group durable; the subject is the group.</summary>
    Flushed,

    /// <summary>Another member's message; the subject is a <see cref="Raft.Model.Message"/>.</summary>
    Message,

    /// <summary>
    /// A leader's snapshot has been received, for a member that the log does not reach; the subject is a <see
    /// cref="Snapshots.State.ReceivedSnapshot"/>.
    /// </summary>
    State,

    /// <summary>A follower sends on a request of its client; the subject is the log entry, a byte array.</summary>
    Forwarded,

    /// <summary>A change of the members; the subject is its <see cref="Proposal"/>, whose entry is the change's context.</summary>
    Reconfigure,

    /// <summary>Run a piece of control work on the loop's thread; the subject is an <see cref="Action{T}"/> of the loop.</summary>
    Control,
}

/// <summary>One input of the node loop: what it is, and the object it is about.</summary>
internal readonly record struct NodeInput(NodeInputKind Kind, object Subject);
