using EtcdEdge.StateMachine.Watch;

namespace EtcdEdge.Server.Watch;

internal enum WatchCommandKind
{
    Open,
    Create,
    Refuse,
    Cancel,
    Progress,
    Drained,
    Close,
}

/// <summary>What a stream wants of the dispatcher.</summary>
internal readonly record struct WatchCommand(WatchCommandKind Kind, WatchSession Session)
{
    public WatchSpec Spec { get; init; }

    public long WatchId { get; init; }

    /// <summary>Why the watch may not be.</summary>
    public WatchRefusal Refusal { get; init; }

    /// <summary>Requested by the client, so it counts against the stream's requests in flight.</summary>
    public bool IsRequest =>
        Kind is WatchCommandKind.Create or WatchCommandKind.Refuse or WatchCommandKind.Cancel or WatchCommandKind.Progress;
}
