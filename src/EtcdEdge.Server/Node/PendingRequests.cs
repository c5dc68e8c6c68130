using EtcdEdge.StateMachine;
using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.Server.Node;

/// <summary>
/// Who waits for which request. The loop owns the table; only the two totals are read elsewhere, to refuse what would exceed their bounds.
/// Answers are held back until the state they speak of is published, so that who hears "done" also sees it done.
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

    /// <summary>Any thread: takes room for one request, or says that there is none.</summary>
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

    /// <summary>The request with this id was applied. Nothing when it is not ours, or its waiter was told that it timed out.</summary>
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

    /// <summary>Whether somebody still waits for the request with this id.</summary>
    public bool IsWaiting(ulong id) => _waiting.ContainsKey(id);

    /// <summary>A request that waits outside of the log is refused. Nothing when its waiter was told that it timed out.</summary>
    public void Refuse(ulong id, EtcdError error)
    {
        if (_waiting.Remove(id, out var proposal))
        {
            Refuse(proposal, error);
        }
    }

    /// <summary>
    /// Gives up on one request if its time is over or its caller has gone; false when it is not. One that nobody waits for any more counts as given
    /// up.
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
    /// Gives up on what has waited too long, and on that whose caller has gone, whose room others may need. It may still be applied: a timeout
    /// promises nothing.
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

    /// <summary>The node stops: nobody will hear from the log any more.</summary>
    public void RefuseAll(EtcdError error)
    {
        _late.AddRange(_waiting.Values);
        GiveUp(_late, _ => error);
        Answer();
    }

    /// <summary>Tells the waiters, once the state their answers speak of is published.</summary>
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
