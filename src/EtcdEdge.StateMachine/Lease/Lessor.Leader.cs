using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.StateMachine.Lease;

/// <summary>
/// The leader's half: clocks. Time is the caller's monotonic clock in milliseconds. Nothing here changes replicated state; what follows from
/// it (revoke, checkpoint) is returned and goes through the log.
/// </summary>
public sealed partial class Lessor
{
    // An entry may be early (the lease was renewed since): it is corrected when it comes up, so that a renewal touches no heap.
    private readonly PriorityQueue<GrantedLease, (long AtMs, long Id)> _expiries = new();
    private readonly PriorityQueue<GrantedLease, (long AtMs, long Id)> _checkpoints = new();

    // Granted in applied entries, where there is no clock; their time starts at the loop's next Start.
    private readonly List<GrantedLease> _fresh = [];

    private volatile bool _isPrimary;
    private long _renewedTotal;

    /// <summary>Milliseconds between checkpoints of a lease's remaining time; 0 turns them off (etcd's LeaseCheckpoint gate).</summary>
    public long CheckpointIntervalMs { get; init; }

    /// <summary>Entries that record when leases end: bounded by the number of leases.</summary>
    internal int ScheduledCount => _expiries.Count + _checkpoints.Count;

    /// <summary>Renewals since start (etcd_debugging_lease_renewed_total).</summary>
    public long RenewedTotal => Interlocked.Read(ref _renewedTotal);

    /// <summary>
    /// This member leads and has applied every entry of earlier terms: all leases start at their remaining TTL plus
    /// <paramref name="extendMs"/> (one election timeout), because nobody could renew while there was no leader.
    /// </summary>
    public void Promote(long nowMs, long extendMs)
    {
        ClearSchedules();
        foreach (var (_, lease) in _leases)
        {
            lease.StartAt(nowMs, extendMs);
            Schedule(lease, nowMs);
        }

        _isPrimary = true;
    }

    /// <summary>This member leads no more: no lease ends here.</summary>
    public void Demote()
    {
        _isPrimary = false;
        ClearSchedules();
        foreach (var (_, lease) in _leases)
        {
            lease.Stop();
        }
    }

    /// <summary>Starts the clocks of the leases granted since the last call. After each applied batch; costs nothing when there are none.</summary>
    public void Start(long nowMs)
    {
        foreach (var lease in _fresh)
        {
            lease.StartIfStopped(nowMs);
            Schedule(lease, nowMs);
        }

        _fresh.Clear();
        Prune(_expiries);
        Prune(_checkpoints);
    }

    /// <summary>A keepalive. Any thread; never waits.</summary>
    public LeaseRenewal Renew(long id, long nowMs)
    {
        if (!_isPrimary)
        {
            return new LeaseRenewal(RenewalOutcome.NotPrimary);
        }

        if (!_leases.TryGetValue(id, out var lease))
        {
            return new LeaseRenewal(RenewalOutcome.NotFound);
        }

        if (!lease.TryRenew(nowMs))
        {
            return new LeaseRenewal(RenewalOutcome.Expired);
        }

        Interlocked.Increment(ref _renewedTotal);
        return new LeaseRenewal(RenewalOutcome.Renewed, lease.TtlSeconds, lease.CheckpointSeconds > 0);
    }

    /// <summary>The lease's time and keys. Any thread.</summary>
    /// <returns>None with a view; LeaseNotFound; LeaderChanged when this member's clock does not count.</returns>
    public EtcdError TimeToLive(long id, long nowMs, out LeaseTimeToLive? view)
    {
        view = null;
        if (!_leases.TryGetValue(id, out var lease))
        {
            return EtcdError.LeaseNotFound;
        }

        var remainingMs = lease.RemainingMs(nowMs);
        if (!_isPrimary)
        {
            return EtcdError.LeaderChanged;
        }

        view = new LeaseTimeToLive(remainingMs / 1000, lease.TtlSeconds, lease.Keys);
        return EtcdError.None;
    }

    /// <summary>Ids of all leases, the next to end first, equal ones by id. Any thread; on a follower all count as equal, as in etcd.</summary>
    public long[] List(long nowMs)
    {
        var listed = new List<(long RemainingMs, long Id)>();
        foreach (var (id, lease) in _leases)
        {
            listed.Add((_isPrimary ? lease.RemainingMs(nowMs) : 0, id));
        }

        listed.Sort();
        var ids = new long[listed.Count];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = listed[i].Id;
        }

        return ids;
    }

    /// <summary>
    /// Leases to propose for revocation now, at most <paramref name="max"/>. One that still exists after
    /// <see cref="LeaseLimits.LeaseRevokeRetryMs"/> comes again. Empty when not leading.
    /// </summary>
    public IReadOnlyList<long> Expired(long nowMs, int max)
    {
        Start(nowMs);
        var expired = new List<long>();
        while (expired.Count < max && TryTakeDue(_expiries, nowMs, out var lease))
        {
            var condemned = lease.TryCondemn(nowMs);
            _expiries.Enqueue(lease, (condemned ? nowMs + LeaseLimits.LeaseRevokeRetryMs : lease.ExpiryMs, lease.Id));
            if (condemned)
            {
                expired.Add(lease.Id);
            }
        }

        return expired;
    }

    /// <summary>Remaining times to put through the log now, at most <paramref name="max"/>; empty when checkpoints are off or not leading.</summary>
    public IReadOnlyList<LeaseRecord> DueCheckpoints(long nowMs, int max)
    {
        var due = new List<LeaseRecord>();
        while (due.Count < max && TryTakeDue(_checkpoints, nowMs, out var lease))
        {
            _checkpoints.Enqueue(lease, (nowMs + CheckpointIntervalMs, lease.Id));
            var remainingSeconds = (lease.RemainingMs(nowMs) + 999) / 1000;
            if (remainingSeconds > 0 && remainingSeconds < lease.TtlSeconds)
            {
                due.Add(new LeaseRecord(lease.Id, lease.TtlSeconds, remainingSeconds));
            }
        }

        return due;
    }

    private void OnGranted(GrantedLease lease)
    {
        if (_isPrimary)
        {
            _fresh.Add(lease);
        }
    }

    private void Schedule(GrantedLease lease, long nowMs)
    {
        _expiries.Enqueue(lease, (lease.ExpiryMs, lease.Id));
        if (CheckpointIntervalMs > 0 && 1000 * lease.TtlSeconds > CheckpointIntervalMs)
        {
            _checkpoints.Enqueue(lease, (nowMs + CheckpointIntervalMs, lease.Id));
        }
    }

    /// <summary>Takes the first due entry whose lease still exists; entries of removed leases are dropped on the way.</summary>
    private bool TryTakeDue(PriorityQueue<GrantedLease, (long AtMs, long Id)> queue, long nowMs, out GrantedLease lease)
    {
        while (queue.TryPeek(out lease!, out var priority) && priority.AtMs <= nowMs)
        {
            queue.Dequeue();
            if (IsCurrent(lease))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Drops the entries of removed leases once they outnumber the others: a client that grants long leases and revokes them at once would otherwise
    /// fill the queue. Costs O(1) per revoked lease.
    /// </summary>
    private void Prune(PriorityQueue<GrantedLease, (long AtMs, long Id)> queue)
    {
        if (queue.Count <= 2 * Count + LeaseLimits.LeaseRevokesPerSecondMax)
        {
            return;
        }

        var living = new List<(GrantedLease, (long AtMs, long Id))>(Count);
        foreach (var (lease, priority) in queue.UnorderedItems)
        {
            if (IsCurrent(lease))
            {
                living.Add((lease, priority));
            }
        }

        queue.Clear();
        queue.EnqueueRange(living);
    }

    /// <summary>By reference: a revoked id may have been granted again as another lease.</summary>
    private bool IsCurrent(GrantedLease lease) => _leases.TryGetValue(lease.Id, out var current) && ReferenceEquals(current, lease);

    private void ClearSchedules()
    {
        _expiries.Clear();
        _checkpoints.Clear();
        _fresh.Clear();
    }
}
