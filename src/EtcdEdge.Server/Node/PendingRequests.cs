using EtcdEdge.StateMachine;
using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.Server.Node;

/// <summary>
/// The requests that wait for their result. The loop owns the table; only the two totals are read elsewhere, to refuse what would exceed their
/// limits. Results are held back until the state that they describe is published, so that a client that receives "done" also reads it.
/// </summary>
internal sealed class PendingRequests(long timeoutMs)
{
    private readonly Dictionary<ulong, Proposal> _waiting = [];
    private readonly List<(Proposal Proposal, ApplyResult Result)> _answers = [];
    private readonly List<Proposal> _late = [];
    private long _nextSweepMs;
    private int _count;
    private long _bytes;

    /// <summary>How long a request waits at most.</summary>
    public long TimeoutMs => timeoutMs;

    /// <summary>Requests posted and not yet answered. Any thread.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Requests that failed: refused by Raft or not decided in time (etcd_server_proposals_failed_total).</summary>
    public long Failed { get; private set; }

    /// <summary>Any thread: reserves room for one request; false when there is none.</summary>
    /// <param name="bytes">The request's.</param>
    /// <param name="isUrgent">It has room of its own: what waits for a compaction must not keep it out.</param>
    public bool TryReserve(int bytes, bool isUrgent)
    {
        var count = Interlocked.Increment(ref _count);
        var total = Interlocked.Add(ref _bytes, bytes);
        var countMax = isUrgent ? NodeLimits.MaxPendingProposals + NodeLimits.PendingUrgentProposals : NodeLimits.MaxPendingProposals;
        if (count <= countMax && (isUrgent || total <= NodeLimits.MaxPendingProposalBytes))
        {
            return true;
        }

        Release(bytes);
        return false;
    }

    /// <summary>The request is in the log; it waits to be applied.</summary>
    public void Add(Proposal proposal, long nowMs)
    {
        proposal.DeadlineMs = nowMs + timeoutMs;
        _waiting.Add(proposal.Id, proposal);
    }

    /// <summary>The request with this id was applied. Does nothing when it is not this member's, or has timed out.</summary>
    public void Applied(ulong id, in ApplyResult result)
    {
        if (_waiting.Remove(id, out var proposal))
        {
            _answers.Add((proposal, result));
        }
    }

    /// <summary>The request did not get into the log.</summary>
    public void Refuse(Proposal proposal, EtcdError error)
    {
        Failed++;
        _answers.Add((proposal, ApplyResult.Refused(error, 0)));
    }

    /// <summary>Whether a caller still waits for the request with this id.</summary>
    public bool IsWaiting(ulong id) => _waiting.ContainsKey(id);

    /// <summary>Refuses a request that waits outside of the log. Does nothing when it has timed out.</summary>
    public void Refuse(ulong id, EtcdError error)
    {
        if (_waiting.Remove(id, out var proposal))
        {
            Refuse(proposal, error);
        }
    }

    /// <summary>
    /// Times out one request if its deadline has passed or it was cancelled; false when neither is true. A request without a waiter counts as timed
    /// out.
    /// </summary>
    public bool TryGiveUp(ulong id, long nowMs, EtcdError error)
    {
        if (!_waiting.TryGetValue(id, out var proposal))
        {
            return true;
        }

        if (proposal.DeadlineMs > nowMs && !proposal.IsGivenUp)
        {
            return false;
        }

        _waiting.Remove(id);
        Refuse(proposal, proposal.IsGivenUp ? EtcdError.RequestCanceled : error);
        return true;
    }

    /// <summary>
    /// Times out requests whose deadline has passed, and removes cancelled ones, whose room others may need. Such a request may still be applied: a
    /// timeout promises nothing.
    /// </summary>
    public void Sweep(long nowMs, TimeoutReasons reasons)
    {
        if (nowMs < _nextSweepMs)
        {
            return;
        }

        _nextSweepMs = nowMs + NodeLimits.DeadlineSweepMs;
        foreach (var proposal in _waiting.Values)
        {
            if (proposal.DeadlineMs <= nowMs || proposal.IsGivenUp)
            {
                _late.Add(proposal);
            }
        }

        GiveUp(_late, proposal => proposal.DeadlineMs > nowMs ? EtcdError.RequestCanceled : reasons.Of(proposal.DeadlineMs - timeoutMs, nowMs));
    }

    /// <summary>The node stops: no further results will come from the log.</summary>
    public void RefuseAll(EtcdError error)
    {
        _late.AddRange(_waiting.Values);
        GiveUp(_late, _ => error);
        Answer();
    }

    /// <summary>Completes the waiting requests, once the state that their results describe is published.</summary>
    public void Answer()
    {
        if (_answers.Count == 0)
        {
            return;
        }

        List<Proposal> waiters = [];
        foreach (var (proposal, result) in _answers)
        {
            Release(proposal.Entry.Length);
            if (proposal.Complete(result))
            {
                waiters.Add(proposal);
            }
        }

        _answers.Clear();
        ContinuationBatch.Start(waiters, static proposal => proposal.Resume());
    }

    private void GiveUp(List<Proposal> proposals, Func<Proposal, EtcdError> errorOf)
    {
        foreach (var proposal in proposals)
        {
            _waiting.Remove(proposal.Id);
            Refuse(proposal, errorOf(proposal));
        }

        proposals.Clear();
    }

    /// <summary>Any thread: gives back what was reserved for a request that never reached the loop.</summary>
    public void Release(int bytes)
    {
        Interlocked.Decrement(ref _count);
        Interlocked.Add(ref _bytes, -bytes);
    }
}
