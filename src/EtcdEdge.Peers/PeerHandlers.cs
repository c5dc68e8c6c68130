using EtcdEdge.Raft.Model;

namespace EtcdEdge.Peers;

/// <summary>What the transport calls back. All are called from pool threads, never from inside <see cref="PeerTransport.Send"/>.</summary>
public sealed record PeerHandlers
{
    /// <summary>
    /// A message arrived. Messages of one sender and channel come in the order they were sent. While the task runs nothing more is read from
    /// that channel, so waiting for room in an inbox pushes back on the sender.
    /// </summary>
    public required Func<Message, CancellationToken, ValueTask> Received { get; init; }

    /// <summary>Messages to this member were dropped or may be lost (RaftNode.ReportUnreachable). Once per series of drops.</summary>
    public required Action<ulong> Unreachable { get; init; }

    /// <summary>The connection to this member broke, and its host refuses new ones: its process has ended (RaftNode.ReportDead).</summary>
    public required Action<ulong> Dead { get; init; }

    /// <summary>The snapshot to this member arrived and was installed, or not (RaftNode.ReportSnapshot).</summary>
    public required Action<ulong, bool> SnapshotSent { get; init; }

    /// <summary>
    /// A follower forwards a request's log entry (<see cref="IPeers.Forward"/>); the array is the receiver's. PooledCompletion like
    /// <see cref="Received"/>, and pushes back like it.
    /// </summary>
    public required Func<byte[], CancellationToken, ValueTask> Forwarded { get; init; }

    /// <summary>Answers a call. An exception is logged and answered as <see cref="PeerAnswer.Failed"/>.</summary>
    public required Func<PeerCall, CancellationToken, ValueTask<PeerAnswer>> Answer { get; init; }

    /// <summary>Another member reports that this one was removed from the cluster: the server should stop with a clear line.</summary>
    public required Action<ulong> RemovedSaidBy { get; init; }
}
