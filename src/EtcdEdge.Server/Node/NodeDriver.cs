using EtcdEdge.Base.Threading;

namespace EtcdEdge.Server.Node;

/// <summary>
/// Runs the iterations of the node loop, one at a time. A small iteration runs on the thread that brings the input: a lone write then wakes two
/// threads instead of five, and wake-ups are most of its cost on a small board. For a client's request on a single member with an idle disk, that
/// thread also writes the log, and returns with the response. Large iterations, ticks and remaining inputs run on the node thread. An exception that
/// leaves the loop is a violated invariant: it is reported and the process ends, because a half-done step must not be continued.
/// </summary>
internal sealed class NodeDriver : IThreadPoolWorkItem, IDisposable
{
    private readonly Inbox _inbox = new();
    private readonly Lock _turn = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly Ticker _ticker;
    private readonly Action<Exception> _failed;
    private readonly Thread _thread;
    private NodeLoop? _loop;
    private DiskThread? _disk;
    private List<NodeInput> _inputs = new(1024);
    private volatile bool _stopping;
    private volatile bool _broken;

    public NodeDriver(Ticker ticker, Action<Exception> failed)
    {
        _ticker = ticker;
        _failed = failed;
        _thread = new Thread(Run) { Name = "node", IsBackground = true };
    }

    /// <summary>From now on turns are taken.</summary>
    public void Start(NodeLoop loop, DiskThread disk)
    {
        _disk = disk;
        _loop = loop;
        _thread.Start();
    }

    /// <summary>Any thread. False once the node is stopping: the input will not be processed.</summary>
    public bool Post(NodeInputKind kind, object subject) => Post(kind, subject, 0);

    /// <summary>
    /// Any thread: what another member sent. Waits for room, so that a member that sends faster than this one works is slowed down by its own
    /// connection and the inbox stays bounded.
    /// </summary>
    public ValueTask PostFromPeerAsync(NodeInputKind kind, object subject, long bytes, CancellationToken cancel)
    {
        if (!_inbox.HasRoom)
        {
            return PostWhenRoomAsync(kind, subject, bytes, cancel);
        }

        Post(kind, subject, bytes);
        return ValueTask.CompletedTask;
    }

    private async ValueTask PostWhenRoomAsync(NodeInputKind kind, object subject, long bytes, CancellationToken cancel)
    {
        while (!_inbox.HasRoom)
        {
            await _inbox.RoomAsync().WaitAsync(cancel);
        }

        Post(kind, subject, bytes);
    }

    private bool Post(NodeInputKind kind, object subject, long peerBytes)
    {
        if (!_inbox.TryAdd(kind, subject, peerBytes))
        {
            return false;
        }
        // Full fence: either this thread sees that the disk is free, or the turn that freed it sees this input.
        Interlocked.MemoryBarrier();
        if (_loop is not { } loop || (kind == NodeInputKind.Propose && loop.CanProposalsWait) || _turn.IsHeldByCurrentThread)
        {
            return true;
        }

        if (!DeferredWork.TryDeferLast(this))
        {
            SeeTo(loop, kind);
        }

        return true;
    }

    /// <summary>The turn for all that a thread posted within a <see cref="DeferredWork"/>.</summary>
    public void Execute()
    {
        var loop = _loop!;
        Interlocked.MemoryBarrier();
        if (NeedsTurn(loop))
        {
            SeeTo(loop, NodeInputKind.Propose);
        }
    }

    // The disk may have reported its flush while another thread ran an iteration: no other thread would check again.
    private bool NeedsTurn(NodeLoop loop) => _inbox.HasUrgent || (_inbox.Count > 0 && !loop.CanProposalsWait);

    private void SeeTo(NodeLoop loop, NodeInputKind kind)
    {
        if (_inbox.Count > NodeLimits.InputsOfSmallTurn)
        {
            _wake.Set();
        }
        else if (kind == NodeInputKind.Propose && loop.IsAlone)
        {
            TakeTurnsAndWrite(loop, _disk!);
        }
        else
        {
            TakeSmallTurns(loop);
        }
    }

    /// <summary>Waits for the group that is being written, completes all waiting requests with "server stopped", and ends.</summary>
    public void Dispose()
    {
        _stopping = true;
        _wake.Set();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        _wake.Dispose();
    }

    // The group is written on this thread, without waking the disk thread: a third of a lone request's latency. One pool thread at a time may wait
    // for the disk like this; others only add to the next group, which the disk thread writes. Not in a cluster, where an answer must not wait for
    // this member's disk because the others can form a quorum.
    private void TakeTurnsAndWrite(NodeLoop loop, DiskThread disk)
    {
        TakeSmallTurns(loop, leavesGroups: true);
        disk.WriteSubmitted();
    }

    // A thread that posts while another one runs an iteration returns at once: the running thread checks again after it has released the lock.
    private void TakeSmallTurns(NodeLoop loop, bool leavesGroups = false)
    {
        for (var turns = 0; _inbox.Count > 0 && _turn.TryEnter(); turns++)
        {
            var wantedTurn = loop.WantsTurnSoon;
            bool wantsTurn;
            _disk!.LeavesGroups = leavesGroups;
            try
            {
                Turn(loop);
            }
            finally
            {
                wantsTurn = loop.WantsTurnSoon;
                _disk.LeavesGroups = false;
                _turn.Exit();
            }

            if (wantsTurn && !wantedTurn)
            {
                _wake.Set();
            }

            Interlocked.MemoryBarrier();
            if (turns == NodeLimits.SmallTurnsInARow || _inbox.Count > NodeLimits.InputsOfSmallTurn)
            {
                _wake.Set();
                return;
            }
        }
    }

    private void Turn(NodeLoop loop)
    {
        if (_broken)
        {
            return;
        }

        try
        {
            _inputs = _inbox.Take(_inputs);
            loop.Step(_inputs, _ticker.TakeDue(), _ticker.NowMs);
            _inputs.Clear();
        }
        catch (Exception broken)
        {
            _broken = true;
            _failed(broken);
        }
    }

    private void Run()
    {
        var loop = _loop!;
        var sleepMs = 0;
        while (!_broken && (!_stopping || loop.IsDiskBusy))
        {
            _wake.WaitOne(sleepMs);
            lock (_turn)
            {
                Turn(loop);
                sleepMs = loop.MsToNextTurn(_ticker.MsToNextTick);
            }

            Interlocked.MemoryBarrier();
            sleepMs = NeedsTurn(loop) ? 0 : sleepMs;
        }

        lock (_turn)
        {
            loop.RefuseAll(_inbox.Close());
        }
    }
}
