namespace EtcdEdge.Server.Node;

/// <summary>What can reach the node loop.</summary>
internal enum NodeInputKind
{
    /// <summary>A request for the log; the subject is its <see cref="Proposal"/>.</summary>
    Propose,

    /// <summary>A linearizable read waits for its barrier; the subject is its <see cref="PendingRead"/>.</summary>
    ReadBarrier,

    /// <summary>The disk thread made a group durable; the subject is the group.</summary>
    Flushed,

    /// <summary>Run a piece of control work on the loop's thread; the subject is an <see cref="Action{T}"/> of the loop.</summary>
    Control,
}

/// <summary>One input of the node loop: what it is, and the object it is about.</summary>
internal readonly record struct NodeInput(NodeInputKind Kind, object Subject);
