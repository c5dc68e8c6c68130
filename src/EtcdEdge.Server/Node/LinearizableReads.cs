using EtcdEdge.Raft;
using EtcdEdge.StateMachine;

namespace EtcdEdge.Server.Node;

/// <summary>
/// Reads that wait for their barrier (ReadIndex, thesis §6.4). One question to Raft is under way at a time, and all reads that arrive meanwhile share the
/// next, which turns a thousand readers into one round of heartbeats; each batch is answered once the applied index has reached what Raft confirmed.
/// A crowd of readers is waited for, a millisecond at most: those who were just answered come back at once, and without the wait they and the others would take
/// turns, at twice the rounds.
/// </summary>
/// <param name="timeoutMs">How long a reader waits before it is told that nobody confirmed.</param>
/// <param name="firstContext">
/// Where the numbers of questions begin; random, so that an answer still on its way from before a restart cannot confirm a newer read.
/// </param>
internal sealed class LinearizableReads(long timeoutMs, ulong firstContext)
{
    private readonly PriorityQueue<List<PendingRead>, ulong> _confirmed = new();
    private List<PendingRead> _fresh = [];

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

    public void Add(PendingRead read, long nowMs)
    {
        read.DeadlineMs = nowMs + timeoutMs;
        _fresh.Add(read);
    }

    /// <summary>One question for everything that arrived since the last, once that is answered.</summary>
    public void AskRaft(RaftNode raft, long nowMs)
    {
        if (_fresh.Count == 0 || _asked.Count > 0 || (_fresh.Count < _awaited && nowMs < _awaitedUntilMs))
        {
            return;
        }
        _awaited = 0;
        (_asked, _fresh) = (_fresh, []);
        raft.ReadIndex(++_lastContext);
    }

    /// <summary>There is a new leader: a question to the one before will not be answered, so it is asked anew.</summary>
    public void AskAgain()
    {
        _fresh.AddRange(_asked);
        _asked = [];
    }

    public void Confirmed(in ReadState state, long nowMs)
    {
        if (_asked.Count == 0 || state.Context != _lastContext)
        {
            return;
        }
        _confirmed.Enqueue(_asked, state.Index);
        int crowd = _asked.Count + _fresh.Count;
        _asked = [];
        if (crowd >= Limits.CrowdOfReads)
        {
            (_awaited, _awaitedUntilMs) = (crowd - (crowd / 4), nowMs + 1);
        }
    }

    /// <summary>Lets go every read whose index is applied and published.</summary>
    public void Release(ulong appliedIndex)
    {
        while (_confirmed.TryPeek(out var reads, out ulong index) && index <= appliedIndex)
        {
            _confirmed.Dequeue();
            Complete(reads, EtcdError.None);
        }
    }

    /// <summary>A question gets lost when a leader changes: asks again for what still has time, and gives up on the rest.</summary>
    public void Sweep(long nowMs, EtcdError error)
    {
        if (nowMs < _nextSweepMs)
        {
            return;
        }
        _nextSweepMs = nowMs + Limits.DeadlineSweepMs;
        var late = _asked.FindAll(read => read.DeadlineMs <= nowMs);
        _fresh.AddRange(_asked.Where(read => read.DeadlineMs > nowMs));
        _asked = [];
        Failed += late.Count;
        Complete(late, error);
    }

    public void RefuseAll(EtcdError error)
    {
        Complete(_fresh, error);
        Complete(_asked, error);
        while (_confirmed.TryDequeue(out var reads, out _))
        {
            Complete(reads, error);
        }
        (_fresh, _asked) = ([], []);
    }

    private static void Complete(List<PendingRead> reads, EtcdError error)
    {
        reads.RemoveAll(read => !read.Complete(error));
        ReleasedReads.Resume(reads);
    }
}
