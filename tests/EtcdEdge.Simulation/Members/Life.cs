using EtcdEdge.Configuration;
using EtcdEdge.Raft;
using EtcdEdge.Raft.Membership;
using EtcdEdge.Raft.Model;
using EtcdEdge.Server;
using EtcdEdge.Server.Bootstrap;
using EtcdEdge.Server.Checkpoints;
using EtcdEdge.Server.Node;
using EtcdEdge.Simulation.World;
using EtcdEdge.Snapshots.State;
using EtcdEdge.Storage;
using EtcdEdge.Testing;

namespace EtcdEdge.Simulation.Members;

/// <summary>
/// One process of a member: what the daemon builds (Server/Node/NodeRuntime), with a schedule in the place of threads. The node loop, Raft, the
/// log, the state machine, the inbox and the node that services hold are the daemon's own.
/// </summary>
internal sealed class Life : IDisposable
{
    private readonly Cluster _cluster;
    private readonly Inbox _inbox = new();
    private readonly NodeLoop _loop;
    private readonly Ticker _ticker;
    private readonly List<IPendingCall> _calls = [];
    private readonly SimDiskQueue _disk;
    private readonly SimCheckpoints _checkpoints;
    private List<NodeInput> _inputs = [];
    private long _stepAtUs = long.MaxValue;
    private long _pausedUntilUs;
    private bool _isOver;
    private bool _isStopping;
    private bool _isLeaving;
    private bool _handsOver;

    public Life(Member member, Cluster cluster, MemberStore store, ServerOptions options)
    {
        Member = member;
        _cluster = cluster;
        Store = store;
        StartedUs = cluster.Time.NowUs;
        LeaseExtensionMs = (long)options.Raft.ElectionTimeout.TotalMilliseconds;
        var timeoutMs = (long)options.Raft.RequestTimeout.TotalMilliseconds;
        var pending = new PendingRequests(timeoutMs);
        var ids = new RequestIds(member.Id, (ulong)cluster.Random.NextInt64());
        var reads = new LinearizableReads(timeoutMs, (ulong)cluster.Random.NextInt64());
        Node = new EtcdNode(store.Identity, Post, pending, reads, store.State, ids, options.Requests.MaxRequestBytes);
        Node.Published += Published;
        _disk = new SimDiskQueue(this, cluster);
        Raft = CreateRaft(options);
        Watch = new Watching(this, cluster);
        Receiver = new SnapshotSink(member.Id, store.Checkpoints, () => StateMachineParts.Create(options), Deliver);
        _checkpoints = new SimCheckpoints(this, cluster);
        RemovedMemberShutdown = new RemovedMemberShutdown(member.Id, () => Node.Cluster, LeaveAfter) { Begins = TurnClientsAway };
        Peers = new SimPeers(this, cluster);
        Room = new LogRoom(store.Wal, cluster.Options.Bug == Bug.LogWithoutBound ? long.MaxValue / 2 : cluster.Plan.LogBoundBytes,
            Limits.SegmentBytes);
        _loop = new NodeLoop(
            new NodeLoopParts
            {
                Raft = Raft,
                HardState = store.Replay.LastHardState,
                Wal = store.Wal,
                Room = Room,
                RoomIsScarce = _checkpoints.Press,
                Disk = _disk,
                Peers = Peers,
                Gate = new ReconfigCheck(Peers, cluster.Plan.IsStrict, cluster.Plan.MaxLearners),
                State = store.State,
                Pending = pending,
                Reads = reads,
                Duties = new LeaderTasks(store.State.Lessor, Compactor(), cluster.Options.Bug == Bug.LeasesGoOn ? -3000 : LeaseExtensionMs),
                Publish = Node.Publish,
                Installed = Installed,
                Removed = RemovedMemberShutdown.Applied,
                ElectionTimeoutMs = (long)options.Raft.ElectionTimeout.TotalMilliseconds,
                CatchUpEntries = options.Raft.SnapshotCatchupEntries,
                CompactionBatch = 20,
                CompactionPauseMs = 10,
            },
            ids);
        _ticker = new Ticker(member.Clock, options.Raft.HeartbeatInterval);
    }

    public Member Member { get; }

    /// <summary>The process has ended.</summary>
    public bool IsOver => _isOver;

    public MemberStore Store { get; }

    /// <summary>The membership after the last step, for the checkers.</summary>
    public ConfState LastConfState { get; set; } = ConfState.Empty;

    /// <summary>The last configuration change whose outcome was compared.</summary>
    public ulong LastConfChange { get; set; }

    public EtcdNode Node { get; }

    public SimPeers Peers { get; }

    /// <summary>Clients may come: false when nobody listens to them, because this member was removed (EtcdServer).</summary>
    public bool ServesClients { get; private set; } = true;

    /// <summary>Ends the process in order and for good, once it was removed.</summary>
    public RemovedMemberShutdown RemovedMemberShutdown { get; }

    public long StartedUs { get; }

    /// <summary>Takes states of the leader's in.</summary>
    public SnapshotSink Receiver { get; }

    /// <summary>The one that is coming.</summary>
    public StateTransfer? Incoming { get; set; }

    /// <summary>Those on their way to others, one for each.</summary>
    public List<StateTransfer> Outgoing { get; } = [];

    public RaftNode Raft { get; }

    /// <summary>What its log may still take.</summary>
    public LogRoom Room { get; }

    public Watching Watch { get; }

    /// <summary>By so much leases are extended when a member takes office.</summary>
    public long LeaseExtensionMs { get; }

    /// <summary>The member's monotonic clock, as the lessor of this process sees it.</summary>
    public long NowMs => _cluster.Options.Bug == Bug.FastLeases ? 2 * _ticker.NowMs : _ticker.NowMs;

    /// <summary>Starts the loop, as NodeRuntime does.</summary>
    /// <param name="joined">The cluster that the member joins with this start; null when it has data.</param>
    public void Begin(ExistingCluster? joined)
    {
        _cluster.Checks.Started(this);
        if (Node.Cluster.Removed.Contains(Member.Id))
        {
            ServesClients = false;
            RemovedMemberShutdown.Applied();
        }

        Peers.Begin(joined?.Members.Select(member => member.Id) ?? []);
        Post(NodeInputKind.Control, (Action<NodeLoop>)(loop => loop.CampaignIfAlone()));
        _checkpoints.Later();
        new SimPublisher(this, _cluster).Begin();
    }

    /// <summary>Does something in this process's name, unless it is over; a disk that fails or loses power ends it.</summary>
    public void Run(Action act)
    {
        if (_isOver)
        {
            return;
        }

        try
        {
            act();
        }
        catch (PowerCutException)
        {
            Member.Restart(cutsPower: true);
        }
        catch (DiskException failure)
        {
            _cluster.Trace.Note("disk failure", Member.Number);
            Member.Disk.Capacity = long.MaxValue;
            // A full disk ends the process; a failed flush leaves pages in doubt until the next boot.
            Member.Restart(cutsPower: failure.Fault != DiskFault.Full);
        }
    }

    /// <summary>As NodeDriver: proposals that could not be written yet wait for the turn that hears from the disk.</summary>
    public bool Post(NodeInputKind kind, object subject)
    {
        if (!_inbox.TryAdd(kind, subject))
        {
            return false;
        }

        if (kind != NodeInputKind.Propose || !_loop.CanProposalsWait)
        {
            Wake();
        }

        return true;
    }

    /// <summary>An operation that waits for this process to answer.</summary>
    public void Await(IPendingCall call)
    {
        if (!call.TryFinish())
        {
            _calls.Add(call);
        }
    }

    /// <summary>There may be segments of the log to free.</summary>
    public void LookAtLog() => _disk.Look();

    /// <summary>Asks this process to do something of the operator's on its loop.</summary>
    public void Control(Action<RaftNode> act) => Post(NodeInputKind.Control, (Action<NodeLoop>)(_ => act(Raft)));

    /// <summary>The process does not run for this long; 0 lets it go on.</summary>
    public void Pause(long us)
    {
        _pausedUntilUs = _cluster.Time.NowUs + us;
        Wake();
    }

    /// <summary>Hands the leadership over if it has it, finishes what the disk has in hand, closes the log and ends (EtcdServer).</summary>
    public void Stop()
    {
        _isStopping = true;
        Post(NodeInputKind.Control, (Action<NodeLoop>)(loop => _handsOver = loop.HandOver() != 0));
    }

    /// <summary>Sends this member's state, as of now, to one that the log does not reach; a newer one takes the place of an older.</summary>
    public void SendState(Message message)
    {
        Outgoing.Find(transfer => transfer.To == message.To)?.Dispose();
        using var output = new MemoryStream();
        var captured = _cluster.Options.Bug == Bug.SnapshotWithoutHash ? Falsified.Of(_loop.CaptureNow()) : _loop.CaptureNow();
        new SnapshotSource(() => captured).Capture(message)(output, CancellationToken.None).GetAwaiter().GetResult();
        var transfer = new StateTransfer(_cluster, this, message, output.ToArray());
        Outgoing.Add(transfer);
        transfer.Begin();
    }

    /// <summary>The process is gone; whoever waits for it loses the connection.</summary>
    public void Dispose()
    {
        Incoming?.Break(isTold: true);
        _isOver = true;
        while (Outgoing.Count > 0)
        {
            Outgoing[^1].Dispose();
        }

        Watch.End();
        foreach (var call in _calls)
        {
            call.Lose();
        }

        _calls.Clear();
        Store.Wal.Dispose();
    }

    /// <summary>Where Raft stands, for whoever reads a trace.</summary>
    public override string ToString()
    {
        var status = Raft.GetStatus();
        var voters = string.Join(' ', status.ConfState.Voters.Select(id => $"m{_cluster.NumberOf(id) + 1}"));
        var log = $"applied {status.Applied} log {status.FirstIndex}..{status.LastIndex}";
        return $"m{Member.Number + 1} {status.SoftState} {status.HardState} {log} voters {voters}";
    }

    private void Wake() => StepAt(_cluster.Time.NowUs + _cluster.Random.NextInt64(5, 100));

    private RaftNode CreateRaft(ServerOptions options)
    {
        var hard = Store.Replay.LastHardState;
        if (_cluster.Options.Bug == Bug.ForgetVote)
        {
            Store.Replay.HardState(hard with { Vote = 0 });
        }

        return Store.Replay.CreateRaft(new Raft.Model.RaftOptions
        {
            Id = Member.Id,
            ElectionTicks = options.Raft.ElectionTicks,
            PreVote = options.Raft.PreVote,
            Seed = (ulong)_cluster.Random.NextInt64(),
            MaxEntryBytesPerMessage = _cluster.Plan.AppendBytes,
            MaxInflightMessages = _cluster.Plan.Inflight,
            InjectedBug = SabotageOf(_cluster.Options.Bug),
        });
    }

    private static InjectedBug SabotageOf(Bug bug) => bug switch
    {
        Bug.CountSelfBeforeFlush => InjectedBug.CountSelfBeforeFlush,
        Bug.ReadWithoutQuorum => InjectedBug.ReadWithoutQuorum,
        Bug.CommitEarlierTerms => InjectedBug.CommitEarlierTerms,
        Bug.VoteForStaleLogs => InjectedBug.VoteForStaleLogs,
        Bug.AnswerBeforeFlush => InjectedBug.AnswerBeforeFlush,
        Bug.ChangeBeforeCommit => InjectedBug.ChangeBeforeCommit,
        Bug.ManyChangesAtOnce => InjectedBug.ManyChangesAtOnce,
        _ => InjectedBug.None,
    };

    private PeriodicCompactor? Compactor() => _cluster.Plan.AutoCompacts ? new PeriodicCompactor(TimeSpan.FromSeconds(4)) : null;

    private void Published()
    {
        _cluster.Checks.Published(this);
        Watch.Published();
    }

    private void StepAt(long atUs)
    {
        if (atUs >= _stepAtUs)
        {
            return;
        }

        _stepAtUs = atUs;
        _cluster.Time.After(atUs - _cluster.Time.NowUs, () =>
        {
            if (_stepAtUs == atUs)
            {
                Run(Step);
            }
        });
    }

    private void Step()
    {
        _stepAtUs = long.MaxValue;
        if (_pausedUntilUs > _cluster.Time.NowUs)
        {
            StepAt(_pausedUntilUs);
            return;
        }

        var before = NodeView.Of(Raft);
        _inputs = _inbox.Take(_inputs);
        _loop.Step(_inputs, _ticker.TakeDue(), NowMs);
        _inputs.Clear();
        _cluster.Checks.Stepped(this, before);
        FinishCalls();
        _handsOver &= Raft.GetStatus().Transferee != 0;
        if (_isStopping && !_handsOver && !_loop.IsDiskBusy)
        {
            Close();
            return;
        }

        StepAt(_cluster.Time.NowUs + Member.Clock.WorldUs(_loop.MsToNextTurn(_ticker.MsToNextTick)));
    }

    private void FinishCalls()
    {
        for (var i = 0; i < _calls.Count; i++)
        {
            if (_calls[i].TryFinish())
            {
                _calls.RemoveAt(i--);
            }
        }
    }

    private ValueTask Deliver(ReceivedSnapshot state, CancellationToken cancel)
    {
        Post(NodeInputKind.State, state);
        return ValueTask.CompletedTask;
    }

    // As NodeRuntime: the log has a gap before the new state, so that a second checkpoint behind the gap is wanted soon.
    private void Installed(ulong index)
    {
        _cluster.Counts.Snapshots++;
        _cluster.Trace.Note("state installed", Member.Number, (long)index);
        _checkpoints.Soon();
    }

    private void TurnClientsAway() => _cluster.Time.After((long)NodeLimits.RemovedPatience.TotalMicroseconds, () => Run(() =>
    {
        _cluster.Trace.Note("turns clients away", Member.Number);
        ServesClients = false;
        Watch.End();
    }));

    private void LeaveAfter(TimeSpan patience) => _cluster.Time.After((long)patience.TotalMicroseconds, () => Run(() =>
    {
        _isLeaving = true;
        Stop();
    }));

    private void Close()
    {
        _loop.RefuseAll(_inbox.Close());
        FinishCalls();
        Store.Wal.Close();
        Member.Stopped(_isLeaving);
    }
}
