using EtcdEdge.Base;
using EtcdEdge.Raft.Model;
using EtcdEdge.Snapshots.State;

namespace EtcdEdge.Server.Node;

/// <content>States that a leader sends to a member that its log does not reach.</content>
internal sealed partial class NodeLoop
{
    /// <summary>What came in this turn; Raft takes one of them, or none.</summary>
    private readonly List<ReceivedSnapshot> _incoming = [];

    private void Take(ReceivedSnapshot incoming)
    {
        _incoming.Add(incoming);
        _raft.Step(incoming.Message);
    }

    /// <summary>
    /// Replaces this member's state by the leader's. It is durable as the newest checkpoint; the log continues after it. Requests of this member's
    /// clients that it may contain are not seen applied here: they time out, as in etcd.
    /// </summary>
    private void Install(SnapshotMetadata snapshot)
    {
        var incoming = _incoming.FindLast(state => state.Message.Snapshot!.Index == snapshot.Index && state.Message.Snapshot.Term == snapshot.Term);
        Invariant.Require(incoming is not null, "Raft takes only a state that has come");
        _parts.State.TakeOver(incoming);
        _stateChanged = true;
        _alarmWanted = false;
        if (!_parts.State.Store.CompactionPending)
        {
            CompactionIsRemoved();
        }

        TellPeers();
        _parts.Installed(snapshot.Index);
    }
}
