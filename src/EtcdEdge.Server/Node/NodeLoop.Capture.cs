using EtcdEdge.Raft.Model;
using EtcdEdge.Snapshots.State;

namespace EtcdEdge.Server.Node;

/// <content>States for checkpoints and for other members.</content>
internal sealed partial class NodeLoop
{
    private readonly Queue<(CapturedSnapshot State, TaskCompletionSource<CapturedSnapshot> Waiter)> _captures = new();

    /// <summary>
    /// Any thread, by a control input: captures the state as it is now, in O(leases), and hands it out once every entry in it is durable here: a
    /// leader may apply what others have flushed before it has itself, and a checkpoint must not be ahead of its own log.
    /// </summary>
    public void Capture(TaskCompletionSource<CapturedSnapshot> waiter)
    {
        _captures.Enqueue((CaptureNow(), waiter));
    }

    /// <summary>On the loop: the state as of the last applied entry, in O(leases).</summary>
    public CapturedSnapshot CaptureNow() => CapturedSnapshot.Of(_parts.State, _raft.ConfState);

    /// <summary>
    /// By a control input: sends the state as of the last applied entry to a member that requests it, if it reaches at least <paramref
    /// name="atLeast"/>. Returns the index of that entry.
    /// </summary>
    public ulong SendState(ulong to, ulong atLeast)
    {
        var metadata = CaptureNow().Metadata;
        if (metadata.Index >= atLeast)
        {
            _parts.Peers.Send([new Message { Type = MessageType.Snapshot, From = _raft.Id, To = to, Term = _raft.Term, Snapshot = metadata }]);
        }

        return metadata.Index;
    }

    private void ReleaseCaptures()
    {
        while (_captures.TryPeek(out var next) && next.State.State.Header.AppliedIndex <= _raft.FlushedIndex)
        {
            _captures.Dequeue().Waiter.TrySetResult(next.State);
        }
    }
}
