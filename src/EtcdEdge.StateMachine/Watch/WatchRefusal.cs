namespace EtcdEdge.StateMachine.Watch;

/// <summary>Why a watch was not created; the server has etcd's text for each.</summary>
public enum WatchRefusal
{
    None,

    /// <summary>The range ends at or before its beginning.</summary>
    EmptyRange,

    /// <summary>The client's watch id is in use on this stream.</summary>
    DuplicateId,

    /// <summary>A negative start revision: etcd calls it compacted.</summary>
    NegativeStart,

    /// <summary>The member holds <see cref="Limits.WatchersMax"/> watchers.</summary>
    TooMany,
}
