namespace EtcdEdge.StateMachine.Watch;

/// <summary>Why a watch was not created, or was ended; the server has etcd's text for each.</summary>
public enum WatchRefusal
{
    None,

    /// <summary>The range ends at or before its beginning.</summary>
    EmptyRange,

    /// <summary>The client's watch id is in use on this stream.</summary>
    DuplicateId,

    /// <summary>A negative start revision: etcd calls it compacted.</summary>
    NegativeStart,

    /// <summary>The member holds <see cref="WatchHubLimits.WatchersMax"/> watchers.</summary>
    TooMany,

    /// <summary>The client has shown a token that is none, or none any more.</summary>
    InvalidToken,

    /// <summary>Users or roles have changed since the client's token was signed.</summary>
    OldRevision,

    /// <summary>Auth is enabled and the client is not authenticated.</summary>
    NoUser,

    /// <summary>The user may not read the whole range, or no longer.</summary>
    PermissionDenied,
}
