using EtcdEdge.Raft;
using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.Server.Node;

/// <summary>
/// Reads that wait for their read barrier (ReadIndex, thesis §6.4). One ReadIndex request is in flight at a time, and all reads that arrive meanwhile
/// share the next one, so that a thousand readers cost one round of heartbeats; a batch is completed once the applied index has reached the confirmed
/// index. Larger batches are collected for up to two milliseconds: clients that were just answered read again at once, and without the wait two
/// halves of them would alternate at twice the rounds. Readers register on their own threads; the loop runs an iteration for them only when a request
/// is due.
/// </summary>
/// <param name="timeoutMs">How long the readers of a request wait before they time out.</param>
/// <param name="firstContext">
/// Where the numbers of requests begin; random, so that a response to a request from before a restart cannot confirm a newer read.
/// </param>
internal sealed class LinearizableReads(long timeoutMs, ulong firstContext)
{
    private readonly PriorityQueue<List<PendingRead>, ulong> _confirmed = new();
    private readonly Lock _gate = new();

    /// <summary>Reads that are in no request yet. Guarded by the lock, as the next two fields are.</summary>
    private List<PendingRead> _fresh = [];

    /// <summary>With how many of them the loop wants a turn; always more than there are.</summary>
    private int _turnAt = 1;
    private bool _isClosed;

    /// <summary>Whom the question under way, number <see cref="_lastContext"/>, is for; empty when there is none.</summary>
    private List<PendingRead> _asked = [];
    private ulong _lastContext = firstContext;
    private long _nextSweepMs;
    private int _awaited;
    private long _awaitedUntilMs;

    /// <summary>True while a batch is being collected: the loop should run again within a millisecond.</summary>
    public bool AwaitsCrowd => _awaited > 0;

    /// <summary>Barriers that were not confirmed in time (etcd_server_read_indexes_failed_total).</summary>
    public long Failed { get; private set; }

    /// <summary>Any thread. True when the loop is to have a turn for it; otherwise one that is due anyway takes the read along.</summary>
    public bool Add(PendingRead read)
    {
        lock (_gate)
        {
            if (!_isClosed)
            {
                _fresh.Add(read);
                return _fresh.Count == _turnAt;
            }
        }

        Complete([read], EtcdError.Stopped);
        return false;
    }

    /// <summary>One question for everything that arrived since the last, once that is answered. Every turn, and after every answer.</summary>
    public void AskRaft(RaftNode raft, long nowMs)
    {
        if (!TakeFresh(nowMs))
        {
            return;
        }

        foreach (var read in _asked)
        {
            read.DeadlineMs = Math.Min(read.DeadlineMs, nowMs + timeoutMs);
        }

        raft.ReadIndex(++_lastContext);
    }

    /// <summary>There is a new leader: a request to the previous one will not be answered, so it is repeated.</summary>
    public void AskAgain() => PutBack(_asked);

    public void Confirmed(in ReadState state, long nowMs)
    {
        if (_asked.Count == 0 || state.Context != _lastContext)
        {
            return;
        }

        int crowd;
        lock (_gate)
        {
            crowd = _asked.Count + _fresh.Count;
        }

        _confirmed.Enqueue(_asked, state.Index);
        _asked = [];
        if (crowd >= NodeLimits.ReadBatchSize)
        {
            (_awaited, _awaitedUntilMs) = (crowd - (crowd / 4), nowMs + NodeLimits.ReadBatchDelayMs);
        }
    }

    /// <summary>Lets go every read whose index is applied and published.</summary>
    public void Release(ulong appliedIndex)
    {
        while (_confirmed.TryPeek(out var reads, out var index) && index <= appliedIndex)
        {
            _confirmed.Dequeue();
            Complete(reads, EtcdError.None);
        }
    }

    /// <summary>
    /// A request is lost when the leader changes: repeats it for reads that have time left, and times out the others. Cancelled reads are removed
    /// too.
    /// </summary>
    public void Sweep(long nowMs, EtcdError error)
    {
        if (nowMs < _nextSweepMs)
        {
            return;
        }

        _nextSweepMs = nowMs + NodeLimits.DeadlineSweepMs;
        List<PendingRead> waiting = [], late = [], gone = [];
        foreach (var read in _asked)
        {
            (read.IsGivenUp ? gone : read.DeadlineMs <= nowMs ? late : waiting).Add(read);
        }

        lock (_gate)
        {
            _fresh.RemoveAll(read => Moved(read, gone));
        }

        PutBack(waiting);
        Failed += late.Count;
        Complete(late, error);
        Complete(gone, EtcdError.RequestCanceled);
    }

    /// <summary>Ends all waiting, for good.</summary>
    public void RefuseAll(EtcdError error)
    {
        PutBack(_asked);
        lock (_gate)
        {
            _isClosed = true;
        }

        Complete(_fresh, error);
        while (_confirmed.TryDequeue(out var reads, out _))
        {
            Complete(reads, error);
        }
    }

    // Read once: the token may be cancelled at any moment.
    private static bool Moved(PendingRead read, List<PendingRead> gone)
    {
        if (!read.IsGivenUp)
        {
            return false;
        }

        gone.Add(read);
        return true;
    }

    // True when a request is to be made now, for the reads in _asked.
    private bool TakeFresh(long nowMs)
    {
        lock (_gate)
        {
            if (_asked.Count > 0)
            {
                _turnAt = int.MaxValue;
                return false;
            }

            if (_fresh.Count < _awaited && nowMs < _awaitedUntilMs)
            {
                _turnAt = _awaited;
                return false;
            }

            _awaited = 0;
            (_asked, _fresh) = (_fresh, _asked);
            _turnAt = _asked.Count > 0 ? int.MaxValue : 1;
            return _asked.Count > 0;
        }
    }

    // The request in flight is forgotten: the next one serves its reads too, and the next input triggers it.
    private void PutBack(List<PendingRead> reads)
    {
        lock (_gate)
        {
            _fresh.AddRange(reads);
            _turnAt = _fresh.Count + 1;
        }

        _asked = [];
    }

    private static void Complete(List<PendingRead> reads, EtcdError error)
    {
        reads.RemoveAll(read => !read.Complete(error));
        ContinuationBatch.Start(reads, static read => read.Resume());
    }
}
