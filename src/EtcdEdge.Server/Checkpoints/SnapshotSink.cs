using EtcdEdge.Peers;
using EtcdEdge.Raft.Model;
using EtcdEdge.Snapshots.Checkpoints;
using EtcdEdge.Snapshots.State;
using EtcdEdge.StateMachine.Proto;

namespace EtcdEdge.Server.Checkpoints;

/// <summary>
/// Receives a leader's state into a checkpoint file and, at the same time, into a state machine, so that the node loop only has to exchange the two.
/// The file becomes the newest checkpoint before Raft receives the message; that is safe whatever Raft decides, because a leader's state is a
/// committed prefix of the one log.
/// </summary>
/// <param name="self">This member.</param>
/// <param name="checkpoints">Where the file goes.</param>
/// <param name="create">Makes an empty state machine.</param>
/// <param name="deliver">Hands the state to the node loop, when there is room for it.</param>
internal sealed class SnapshotSink(
    ulong self, MemberCheckpoints checkpoints, Func<StateMachineParts> create, Func<ReceivedSnapshot, CancellationToken, ValueTask> deliver)
        : ISnapshotSink
{
    public async Task ReceiveAsync(Message message, Stream data, CancellationToken cancel)
    {
        if (!message.Snapshot!.ConfState.Contains(self))
        {
            throw new IOException("the state is older than this member's addition");
        }

        var state = create();
        using var received = await SnapshotCodec.ReceiveAsync(data, checkpoints, state.Applier, cancel);
        var header = received.Head.State;
        if ((header.AppliedIndex, header.AppliedTerm) != (message.Snapshot.Index, message.Snapshot.Term))
        {
            throw new MalformedMessageException(
                $"a state of entry {header.AppliedIndex} came where that of entry {message.Snapshot.Index} was announced");
        }

        Verify(state, received.Hash);
        checkpoints.Install(received);
        await deliver(new ReceivedSnapshot(message, header, state), cancel);
    }

    private static void Verify(StateMachineParts state, uint expected)
    {
        state.Store.Publish().HashKv(0, out var hash);
        if (hash.Hash != expected)
        {
            throw new MalformedMessageException($"a state's hash is {hash.Hash:x8} instead of {expected:x8}");
        }
    }
}
