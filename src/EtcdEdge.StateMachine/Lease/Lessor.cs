using System.Collections.Concurrent;
using EtcdEdge.Base;
using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.StateMachine.Lease;

/// <summary>
/// All leases. What is replicated (which leases exist, their TTL, their keys) is changed by the node loop alone, out of applied entries, and
/// needs no clock. What only the leader decides (when a lease ends) is in the other half of this class.
/// </summary>
public sealed partial class Lessor
{
    // Concurrent for the readers' sake: one writer, and lookups that never wait for it. Never enumerated where order could matter.
    private volatile ConcurrentDictionary<long, GrantedLease> _leases = new(concurrencyLevel: 1, capacity: 31);

    /// <summary>Leases that exist now.</summary>
    public int Count { get; private set; }

    /// <summary>Leases granted since start (etcd_debugging_lease_granted_total).</summary>
    public long GrantedTotal { get; private set; }

    /// <summary>Leases revoked since start, expired ones among them (etcd_debugging_lease_revoked_total).</summary>
    public long RevokedTotal { get; private set; }

    /// <summary>Leases that expired, seen by the leader since start (etcd_debugging_server_lease_expired_total).</summary>
    public long ExpiredTotal { get; private set; }

    public bool Exists(long id) => _leases.ContainsKey(id);

    /// <summary>Creates a lease. The proposer has chosen the id and raised the TTL to the minimum.</summary>
    /// <returns>None, LeaseNotFound for id 0 as etcd, LeaseTtlTooLarge or LeaseExists.</returns>
    public EtcdError Grant(long id, long ttlSeconds)
    {
        if (id == 0)
        {
            return EtcdError.LeaseNotFound;
        }

        if (ttlSeconds > LeaseLimits.LeaseTtlSecondsMax)
        {
            return EtcdError.LeaseTtlTooLarge;
        }

        var lease = new GrantedLease(id, ttlSeconds);
        if (!_leases.TryAdd(id, lease))
        {
            return EtcdError.LeaseExists;
        }

        Count++;
        GrantedTotal++;
        OnGranted(lease);
        return EtcdError.None;
    }

    /// <summary>The keys attached to the lease in key order, or null when there is no such lease. A snapshot: later changes do not show.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>>? KeysOf(long id) => _leases.TryGetValue(id, out var lease) ? lease.Keys : null;

    /// <summary>Forgets the lease, at the end of its revocation: its keys have been deleted. False when there is none.</summary>
    public bool Remove(long id)
    {
        if (!_leases.TryRemove(id, out var lease))
        {
            return false;
        }

        Count--;
        RevokedTotal++;
        ExpiredTotal += lease.IsCondemned ? 1 : 0;
        return true;
    }

    /// <summary>The totals start at zero: what was counted while the log was replayed had been counted when it happened.</summary>
    public void ClearTotals() => (GrantedTotal, RevokedTotal, ExpiredTotal) = (0, 0, 0);

    /// <summary>Attaches a key. Requires the lease to exist: the applier has refused the put otherwise.</summary>
    public void Attach(long id, ReadOnlyMemory<byte> key)
    {
        var found = _leases.TryGetValue(id, out var lease);
        Invariant.Require(found, "a key is attached to an existing lease only");
        lease!.Attach(key);
    }

    /// <summary>Detaches a key that was deleted, or put again with another lease. Does nothing when the lease does not exist.</summary>
    public void Detach(long id, ReadOnlyMemory<byte> key)
    {
        if (_leases.TryGetValue(id, out var lease))
        {
            lease.Detach(key);
        }
    }

    /// <summary>
    /// Records the seconds a lease had left, so that a new leader does not start it at the whole TTL. 0 clears. Does nothing when it does not exist.
    /// </summary>
    public void Checkpoint(long id, long remainingSeconds)
    {
        if (_leases.TryGetValue(id, out var lease))
        {
            lease.CheckpointSeconds = remainingSeconds;
        }
    }

    /// <summary>
    /// Takes the leases of a lessor that was loaded on another thread, in constant time; that one must not be used any more. Only on a follower,
    /// where the clocks of leases are stopped.
    /// </summary>
    internal void TakeOver(Lessor loaded)
    {
        Demote();
        (_leases, Count) = (loaded._leases, loaded.Count);
    }

    /// <summary>Every lease in order of id, for checkpoints and snapshots. Node loop only.</summary>
    public LeaseRecord[] ToRecords()
    {
        var records = new List<LeaseRecord>(Count);
        foreach (var (id, lease) in _leases)
        {
            records.Add(new LeaseRecord(id, lease.TtlSeconds, lease.CheckpointSeconds));
        }

        records.Sort(static (a, b) => a.Id.CompareTo(b.Id));
        return [.. records];
    }
}
