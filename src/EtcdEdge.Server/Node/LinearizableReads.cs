using EtcdEdge.Raft;
using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.Server.Node;

/// <summary>
/// Reads that wait for their barrier (ReadIndex, thesis §6.4). One question to Raft is under way at a time, and all reads that arrive meanwhile share
/// the next, which turns a thousand readers into one round of heartbeats; each batch is answered once the applied index has reached what Raft
/// confirmed. A crowd of readers is waited for, two milliseconds at most: those who were just answered come back at once, and without the wait they
/// and the others would take turns, at twice the rounds. Readers gather here on their own threads; the loop has a turn for them only when there is
/// something to ask.
/// </summary>
/// <param name="timeoutMs">How long a question's readers wait before they are told that nobody confirmed.</param>
/// <param name="firstContext">
/// Where the numbers of questions begin; random, so that an answer still on its way from before a restart cannot confirm a newer read.
/// </param>
internal sealed class LinearizableReads(long timeoutMs, ulong firstContext)
{
    private readonly PriorityQueue<List<PendingRead>, ulong> _confirmed = new();
    private readonly Lock _gate = new();

    /// <summary>Who has not been asked for yet. Guarded, as the next two are.</summary>
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

    /// <summary>True while a crowd of readers is waited for: the loop wants a turn within a millisecond.</summary>
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

    /// <summary>There is a new leader: a question to the one before will not be answered, so it is asked anew.</summary>
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
    /// A question gets lost when a leader changes: asks again for what still has time, and gives up on the rest. Who has gone meanwhile is let go
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

    // One look at each: it may go at any moment.
    private static bool Moved(PendingRead read, List<PendingRead> gone)
    {
        if (!read.IsGivenUp)
        {
            return false;
        }

        gone.Add(read);
        return true;
    }

    // True when there is a question to ask now, for those who stand in _asked.
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

    // The question under way is forgotten: the next one is for these too, and whoever comes next brings it about.
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
