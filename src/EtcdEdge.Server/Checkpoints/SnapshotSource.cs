using EtcdEdge.Base;
using EtcdEdge.Peers;
using EtcdEdge.Raft.Model;
using EtcdEdge.Snapshots.Checkpoints;
using EtcdEdge.Snapshots.State;

namespace EtcdEdge.Server.Checkpoints;

/// <summary>
/// Sends this member's state to a member that the log does not reach: captured on the node loop, written from an immutable root by the thread of the
/// connection.
/// </summary>
/// <param name="capture">The state as of the last applied entry; called on the node loop.</param>
internal sealed class SnapshotSource(Func<CapturedSnapshot> capture) : ISnapshotSource
{
    public Func<Stream, CancellationToken, Task> Capture(Message message)
    {
        var captured = capture();
        Invariant.Require(captured.Metadata.Index == message.Snapshot!.Index, "a state is captured in the turn that promises it");
        return (output, cancel) => SnapshotCodec.WriteAsync(output, captured, cancel);
    }
}
