using System.Runtime.InteropServices;
using EtcdEdge.Raft;
using EtcdEdge.Raft.Model;
using EtcdEdge.Snapshots.State;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.Storage.Wal;
using Google.Protobuf;

namespace EtcdEdge.Server.Node;

/// <summary>
/// The one writer: owns Raft, the state machine and the log's open group. <see cref="Step"/> is synchronous and knows no clock, so that the simulator
/// runs the same code as the daemon. The order inside a step is the durability guarantee: entries are in the group before any message about them is
/// sent, a group is flushed before it counts, a result is published before it is answered.
/// </summary>
internal sealed partial class NodeLoop
{
    private readonly NodeLoopParts _parts;
    private readonly RaftNode _raft;
    private readonly WriteAheadLog _wal;
    private readonly PendingRequests _pending;
    private readonly LinearizableReads _reads;
    private readonly RequestIds _ids;
    private readonly Func<RequestKind, IMessage, bool> _propose;

    /// <summary>Messages that must not leave before a Ready is durable: theirs, or the last before it that needs a flush. Oldest first.</summary>
    private readonly Queue<(ulong Ready, Message Message)> _afterFlush = new();
    private readonly List<Message> _released = [];

    private readonly TimeoutReasons _reasons;
    private HardState _hardState;

    /// <summary>
    /// The newest Ready that needs a flush, the newest such one whose content the disk has been given, and the newest that is durable.
    /// </summary>
    private ulong _newestReady;
    private ulong _submittedReady;
    private ulong _durableReady;
    private volatile bool _diskBusy;
    private volatile bool _isAlone;
    private long _nowMs;

    public NodeLoop(NodeLoopParts parts, RequestIds ids)
    {
        _parts = parts;
        _raft = parts.Raft;
        _wal = parts.Wal;
        _pending = parts.Pending;
        _reads = parts.Reads;
        _hardState = parts.HardState;
        _ids = ids;
        _propose = ProposeOwn;
        _reasons = new TimeoutReasons(_raft, parts.Peers, parts.ElectionTimeoutMs);
        _toldView = parts.State.Cluster.View;
    }

    /// <summary>One turn: takes in what arrived, lets Raft decide, hands the log to the disk, applies, publishes, answers.</summary>
    /// <param name="inputs">What was posted since the last step, oldest first.</param>
    /// <param name="ticks">Raft ticks that have passed; they come first, or a lease could be trusted too long.</param>
    /// <param name="nowMs">The node's monotonic clock.</param>
    public void Step(List<NodeInput> inputs, int ticks, long nowMs)
    {
        _nowMs = nowMs;
        _parts.Room.NextTurn();
        for (var i = 0; i < ticks; i++)
        {
            _raft.Tick();
        }

        foreach (ref readonly var input in CollectionsMarshal.AsSpan(inputs))
        {
            Take(input);
        }

        OfferHeld();
        ProposeChanges();
        _parts.Duties.Turn(HoldsOffice, nowMs, _parts.State.Store.Revision, _propose);
        _reads.AskRaft(_raft, _nowMs);
        while (_raft.HasReady)
        {
            Handle(_raft.TakeReady());
            _reads.AskRaft(_raft, _nowMs);
        }

        _incoming.Clear();
        SubmitGroup();
        RemoveCompacted();
        Publish();
        GiveUpOnTheLate();
        ReleaseCaptures();
    }

    /// <summary>By a control input at the start: a sole voter campaigns at once.</summary>
    public void CampaignIfAlone()
    {
        if (_raft.ConfState.Voters is [var only] && only == _raft.Id && !_raft.ConfState.IsJoint)
        {
            _raft.Campaign();
        }
    }

    /// <summary>By a control input: another election timeout, <paramref name="ticks"/> ticks long.</summary>
    public void SetElectionTimeout(int ticks, long timeoutMs)
    {
        _raft.SetTiming(ticks, heartbeatTicks: 1);
        _reasons.ElectionTimeoutMs = timeoutMs;
        _parts.Duties.ElectionTimeoutMs = timeoutMs;
    }

    /// <summary>By a control input: reports to Raft what became of messages.</summary>
    public void Report(Action<RaftNode> report) => report(_raft);

    /// <summary>True while a group is being written: a node that stops waits for it.</summary>
    public bool IsDiskBusy => _diskBusy;

    /// <summary>Any thread: true when there is no follower, so that every answer waits for this member's own disk.</summary>
    public bool IsAlone => _isAlone;

    /// <summary>
    /// Any thread: true when an iteration for new proposals alone would have no effect: the disk is busy, so they cannot be written yet, and there is
    /// no follower to send them to. The iteration after the flush takes them all, as one group.
    /// </summary>
    public bool CanProposalsWait => _diskBusy && _isAlone;

    /// <summary>Ends all waiting: the node stops.</summary>
    public void RefuseAll(List<NodeInput> rest)
    {
        foreach (var input in rest)
        {
            if (input.Subject is Proposal proposal)
            {
                _pending.Refuse(proposal, EtcdError.Stopped);
            }
        }

        _pending.RefuseAll(EtcdError.Stopped);
        _reads.RefuseAll(EtcdError.Stopped);
    }

    /// <summary>True when this member leads and has applied an entry of its own term, and so everything that was ever acknowledged.</summary>
    private bool HoldsOffice => _raft.Role == Raft.Model.Role.Leader && _parts.State.Applier.AppliedTerm == _raft.Term;

    private void Take(in NodeInput input)
    {
        switch (input.Kind)
        {
            case NodeInputKind.Propose:
                Propose((Proposal)input.Subject);
                break;
            case NodeInputKind.Reconfigure:
                Reconfigure((Proposal)input.Subject);
                break;
            case NodeInputKind.ReadersWait:
                break; // Every turn asks for them.
            case NodeInputKind.Flushed:
                GroupIsDurable((WalGroup)input.Subject);
                break;
            case NodeInputKind.Message:
                Take((Message)input.Subject);
                break;
            case NodeInputKind.State:
                Take((ReceivedSnapshot)input.Subject);
                break;
            case NodeInputKind.Forwarded:
                ProposeForOther((byte[])input.Subject);
                break;
            case NodeInputKind.Control:
                ((Action<NodeLoop>)input.Subject)(this);
                break;
        }
    }

    private void Take(Message message)
    {
        if (HasRoomFor(message))
        {
            _raft.Step(message);
        }
    }

    private void Handle(Ready ready)
    {
        if (ready.Snapshot is { } snapshot)
        {
            Install(snapshot);
        }

        if (ready.HardState is { } hardState)
        {
            _hardState = hardState;
        }

        if (ready.MustFlush)
        {
            _newestReady = ready.Number;
            _wal.Append(_hardState, CollectionsMarshal.AsSpan(ready.Entries));
            SubmitGroup();
        }

        _parts.Meter?.Sending(ready.Messages, _raft.Role == Raft.Model.Role.Leader);
        _parts.Peers.Send(ready.Messages);
        foreach (var message in ready.MessagesAfterFlush)
        {
            _afterFlush.Enqueue((_newestReady, message));
        }

        NoteLeader(ready.SoftState);
        foreach (var read in ready.ReadStates)
        {
            _reads.Confirmed(read, _nowMs);
        }

        ApplyAll(ready.CommittedEntries);
    }

    private void SubmitGroup()
    {
        if (_diskBusy)
        {
            return;
        }

        if (_wal.Seal() is not { } group)
        {
            // Nothing is left to write, so everything is durable: also a Ready whose only content is a state, which came with its own flush.
            ReadysAreDurable(_newestReady);
            return;
        }

        _diskBusy = true;
        _submittedReady = _newestReady;
        (_removalUnflushed, _removalUnwritten) = (_removalUnwritten, false);
        _parts.Disk.Submit(group);
    }

    private void GroupIsDurable(WalGroup group)
    {
        _diskBusy = false;
        _removalUnflushed = false;
        TellPeers();
        _wal.Return(group);
        ReadysAreDurable(_submittedReady);
    }

    private void ReadysAreDurable(ulong number)
    {
        if (number > _durableReady)
        {
            _durableReady = number;
            _raft.Flushed(number);
        }

        while (_afterFlush.TryPeek(out var waiting) && waiting.Ready <= _durableReady)
        {
            _released.Add(_afterFlush.Dequeue().Message);
        }

        if (_released.Count > 0)
        {
            _parts.Peers.Send(_released);
            _released.Clear();
        }
    }
}
