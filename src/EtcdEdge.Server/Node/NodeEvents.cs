using EtcdEdge.Peers;

namespace EtcdEdge.Server.Node;

/// <summary>What a running node tells its owner. Called from its own threads; none may block.</summary>
internal sealed record NodeEvents
{
    /// <summary>This member has heard that it was removed: clients are served no more. Called once at most.</summary>
    public required Action Removed { get; init; }

    /// <summary>This member was removed: the process has to end after this time. A second call may give a shorter one.</summary>
    public required Action<TimeSpan> Leave { get; init; }

    /// <summary>Another member asks for one of its clients.</summary>
    public required Func<PeerCall, CancellationToken, ValueTask<PeerAnswer>> Answer { get; init; }
}
