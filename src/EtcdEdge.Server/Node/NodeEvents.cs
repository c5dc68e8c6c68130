using EtcdEdge.Peers;

namespace EtcdEdge.Server.Node;

/// <summary>Callbacks of a running node to its owner, on the node's threads; none may block.</summary>
internal sealed record NodeEvents
{
    /// <summary>This member was removed from the cluster: it must serve no clients any more. Called at most once.</summary>
    public required Action Removed { get; init; }

    /// <summary>This member was removed: the process has to end after this time. A second call may give a shorter one.</summary>
    public required Action<TimeSpan> Leave { get; init; }

    /// <summary>Answers a call of another member.</summary>
    public required Func<PeerCall, CancellationToken, ValueTask<PeerAnswer>> Answer { get; init; }
}
