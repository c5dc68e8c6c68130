using EtcdEdge.Raft;
using EtcdEdge.StateMachine;
using EtcdEdge.StateMachine.Mvcc;
using EtcdEdge.Storage.Wal;

namespace EtcdEdge.Server.Node;

/// <summary>
/// The one writer: owns Raft, the state machine and the log's open group. <see cref="Step"/> is synchronous and knows no clock, so the
/// simulator runs the very body that the daemon's thread runs. The order inside a step is the product's promise: entries are in the
/// group before anybody hears of them, a group is durable before it counts, a result is published before it is answered.
/// </summary>
internal sealed class NodeLoop
{
    private readonly RaftNode _raft;
    private readonly WriteAheadLog _wal;
    private readonly IDiskQueue _disk;
    private readonly IPeers _peers;
    private readonly Applier _applier;
    private readonly PendingRequests _pending;
    private readonly LinearizableReads _reads;
    private readonly LeaderDuties _duties;
    private readonly Action<MvccRoot, NodeStatus> _publish;

    /// <summary>Messages that must not leave before the Ready they belong to is durable, oldest first.</summary>
    private readonly Queue<(ulong Ready, Message Message)> _afterFlush = new();
    private readonly List<Message> _released = [];

    /// <summary>The newest Ready whose content is in the open group, and in the group that the disk has.</summary>
    private ulong _openReady;
    private ulong _submittedReady;
    private bool _diskBusy;
    private bool _changed = true;
    private HardState _hardState;
    private long _nowMs;

    public NodeLoop(NodeLoopParts parts)
    {
        _raft = parts.Raft;
        _wal = parts.Wal;
        _disk = parts.Disk;
        _peers = parts.Peers;
        _applier = parts.Applier;
        _pending = parts.Pending;
        _reads = parts.Reads;
        _duties = parts.Duties;
        _publish = parts.Publish;
        _hardState = parts.HardState;
    }

    /// <summary>True when there is work that needs no further input: the next step should come at once.</summary>
    public bool HasWork => _applier.Store.CompactionPending;

    /// <summary>One turn: takes in what arrived, lets Raft decide, hands the log to the disk, applies, publishes, answers.</summary>
    /// <param name="inputs">What was posted since the last step, oldest first.</param>
    /// <param name="ticks">Raft ticks that have passed.</param>
    /// <param name="nowMs">The node's monotonic clock.</param>
    public void Step(List<NodeInput> inputs, int ticks, long nowMs)
    {
        _nowMs = nowMs;
        foreach (var input in inputs)
            Take(input);
        for (int i = 0; i < ticks; i++)
            _raft.Tick();
        if (ticks > 0)
            _duties.Tick(nowMs);
        _reads.AskRaft(_raft);
        while (_raft.HasReady)
            Handle(_raft.TakeReady());
        SubmitGroup();
        RemoveCompacted();
        Publish();
    }

    private void Take(in NodeInput input)
    {
        switch (input.Kind)
        {
            case NodeInputKind.Propose:
                Propose((Proposal)input.Subject);
                break;
            case NodeInputKind.ReadBarrier:
                _reads.Add((PendingRead)input.Subject, _nowMs);
                break;
            case NodeInputKind.Flushed:
                GroupIsDurable((WalGroup)input.Subject);
                break;
            case NodeInputKind.Control:
                ((Action<NodeLoop>)input.Subject)(this);
                break;
        }
    }

    private void Propose(Proposal proposal)
    {
        var outcome = _raft.Propose(proposal.Entry);
        if (outcome.Accepted)
            _pending.Add(proposal, _nowMs);
        else
            _pending.Refuse(proposal, outcome.Status == ProposeStatus.NotLeader ? EtcdError.NoLeader : EtcdError.TooManyRequests);
    }

    private void Handle(Ready ready)
    {
        bool mustFlush = ready.Entries.Count > 0 || ready.TermOrVoteChanged;
        if (ready.HardState is { } hardState)
            _hardState = hardState;
        if (mustFlush)
            _wal.Append(_hardState, ready.Entries);
        _openReady = ready.Number;
        _peers.Send(ready.Messages);
        foreach (var message in ready.MessagesAfterFlush)
            _afterFlush.Enqueue((ready.Number, message));
        _changed |= ready.SoftStateChanged;
        foreach (var read in ready.ReadStates)
            _reads.Confirmed(read);
        foreach (ref readonly var entry in ready.CommittedEntries)
            Apply(entry);
        if (!mustFlush && !_diskBusy && !_wal.HasPending)
            ReadyIsDurable(ready.Number);
    }
