using EtcdEdge.Server.Peers;

namespace EtcdEdge.Server.Node;

/// <summary>What a running node tells its owner. Called from its own threads; none may block.</summary>
internal sealed record NodeEvents
{
    /// <summary>A new root is published.</summary>
    public required Action Published { get; init; }

    /// <summary>The node cannot go on; the process has to end. Called at least once, with the reason.</summary>
    public required Action<Exception> Failed { get; init; }

    /// <summary>
    /// This member has applied its own removal: the process has to end, but rather once another one knows. May be called more than once.
    /// </summary>
    public required Action Removed { get; init; }

    /// <summary>Another member says that this one was removed: the process has to end. May be called more than once.</summary>
    public required Action RemovedSaid { get; init; }

    /// <summary>Another member asks for one of its clients.</summary>
    public required Func<PeerCall, CancellationToken, ValueTask<PeerAnswer>> Answer { get; init; }
}
