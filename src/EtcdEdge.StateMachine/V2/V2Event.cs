namespace EtcdEdge.StateMachine.V2;

/// <summary>What was done to a node. The numbers are format of checkpoints; the names, with a small first letter, are etcd's on the wire.</summary>
public enum V2Action
{
    Get = 0,
    Create = 1,
    Set = 2,
    Update = 3,
    Delete = 4,
    CompareAndSwap = 5,
    CompareAndDelete = 6,
    Expire = 7,
}

/// <summary>One change, or the answer to a read (etcd server/etcdserver/api/v2store/event.go).</summary>
/// <param name="Action">What was done.</param>
/// <param name="Node">The node after it; for a read with all that is below.</param>
/// <param name="Previous">The node before it, if there was one.</param>
/// <param name="Index">The store's index right after the change: the event's place in the history.</param>
/// <param name="IsRefresh">Only the TTL was renewed: watchers are not notified.</param>
public sealed record V2Event(V2Action Action, V2Node Node, V2Node? Previous, ulong Index, bool IsRefresh = false)
{
    /// <summary>Whether the answer's status is 201.</summary>
    public bool IsCreated => Action == V2Action.Create || (Action == V2Action.Set && Previous is null);

    /// <summary>Whether a directory went, and all below it.</summary>
    internal bool EndsDirectory => Action is V2Action.Delete or V2Action.Expire && Previous is { IsDirectory: true };
}
