using EtcdEdge.Peers;
using EtcdEdge.Raft;
using EtcdEdge.Snapshots.State;
using EtcdEdge.StateMachine;

namespace EtcdEdge.Server.Node;

/// <summary>Turns what the transport calls back into inputs of the node loop. Any thread.</summary>
/// <param name="driver">The loop's.</param>
/// <param name="answer">Answers the calls that are no inputs of the loop.</param>
/// <param name="departure">Receives this member's removal.</param>
internal sealed class PeerInputs(NodeDriver driver, Func<PeerCall, CancellationToken, ValueTask<PeerAnswer>> answer, RemovedMemberShutdown departure)
{
    public PeerHandlers Handlers => new()
    {
        Received = (message, cancel) => driver.PostFromPeerAsync(NodeInputKind.Message, message, PeerCodec.BodySize(message), cancel),
        Forwarded = (entry, cancel) => EntryCheck.IsApplicable(entry)
            ? driver.PostFromPeerAsync(NodeInputKind.Forwarded, entry, entry.Length, cancel)
            : throw new ProtocolException("an entry to propose that is no request"),
        Unreachable = id => Tell(raft => raft.ReportUnreachable(id)),
        Dead = id => Tell(raft => raft.ReportDead(id)),
        SnapshotSent = (id, succeeded) => Tell(raft => raft.ReportSnapshot(id, succeeded)),
        Answer = answer,
        RemovedSaidBy = departure.SaidBy,
    };

    /// <summary>A leader's state; the memory it takes is bounded by the receiver, one at a time.</summary>
    public ValueTask Deliver(ReceivedSnapshot state, CancellationToken cancel) => driver.PostFromPeerAsync(NodeInputKind.State, state, 0, cancel);

    private void Tell(Action<RaftNode> report) => driver.Post(NodeInputKind.Control, (Action<NodeLoop>)(loop => loop.Report(report)));
}
