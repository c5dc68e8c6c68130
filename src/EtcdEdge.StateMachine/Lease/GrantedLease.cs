using System.Collections.Immutable;

namespace EtcdEdge.StateMachine.Lease;

/// <summary>
/// One lease. The node loop changes everything but the expiry, which any thread may move by <see cref="TryRenew"/>; every field may be read
/// from any thread.
/// </summary>
internal sealed class GrantedLease(long id, long ttlSeconds)
{
    /// <summary>The clock does not run: the lease was just granted, or this member is not the leader.</summary>
    public const long Stopped = long.MaxValue;

    /// <summary>Found expired and handed out for revocation: no renewal may bring it back, its keys are about to go.</summary>
    private const long Condemned = long.MinValue;

    /// <summary>Milliseconds of the caller's monotonic clock, or one of the two constants.</summary>
    private long _expiryMs = Stopped;
    private long _remainingTtlSeconds;
    private ImmutableSortedSet<ReadOnlyMemory<byte>> _keys = ImmutableSortedSet.Create<ReadOnlyMemory<byte>>(KeyOrder.Instance);

    public long Id { get; } = id;

    /// <summary>The granted time to live, in seconds.</summary>
    public long TtlSeconds { get; } = ttlSeconds;

    /// <summary>Seconds left at the last checkpoint; 0 is "no checkpoint", the whole TTL counts.</summary>
    public long CheckpointSeconds
    {
        get => Volatile.Read(ref _remainingTtlSeconds);
        set => Volatile.Write(ref _remainingTtlSeconds, value);
    }

    /// <summary>It was found expired: what removes it now is its end, not a client.</summary>
    public bool IsCondemned => ExpiryMs == Condemned;

    public long ExpiryMs => Volatile.Read(ref _expiryMs);

    /// <summary>The attached keys in order: one immutable set, so a reader sees a moment that existed.</summary>
    public ImmutableSortedSet<ReadOnlyMemory<byte>> Keys => Volatile.Read(ref _keys);

    /// <summary>
    /// The key is copied: the set must not keep a whole log entry in memory for the name of a key that was overwritten since.
    /// </summary>
    public void Attach(ReadOnlyMemory<byte> key)
    {
        if (!_keys.Contains(key))
        {
            // A copy: a slice would keep the entry of the first put, with its value, as long as the lease.
            Volatile.Write(ref _keys, _keys.Add(key.ToArray()));
        }
    }

    public void Detach(ReadOnlyMemory<byte> key) => Volatile.Write(ref _keys, _keys.Remove(key));

    public void StartAt(long nowMs, long extendMs) =>
        Volatile.Write(ref _expiryMs, nowMs + extendMs + 1000 * (CheckpointSeconds > 0 ? CheckpointSeconds : TtlSeconds));

    /// <summary>Starts the clock unless a renewal was faster.</summary>
    public void StartIfStopped(long nowMs) => Interlocked.CompareExchange(ref _expiryMs, nowMs + 1000 * TtlSeconds, Stopped);

    public void Stop() => Volatile.Write(ref _expiryMs, Stopped);

    /// <summary>Puts the whole TTL on the clock; false when the lease is expired. Any thread.</summary>
    public bool TryRenew(long nowMs)
    {
        while (true)
        {
            var seen = ExpiryMs;
            if (seen <= nowMs)
            {
                return false;
            }

            var renewed = nowMs + 1000 * TtlSeconds;
            if (Interlocked.CompareExchange(ref _expiryMs, renewed, seen) == seen)
            {
                return true;
            }
        }
    }

    /// <summary>
    /// True when the lease is expired, and then for good: compared and set in one step, so that a renewal answered with a TTL and a
    /// revocation proposed for the same moment exclude each other.
    /// </summary>
    public bool TryCondemn(long nowMs)
    {
        while (true)
        {
            var seen = ExpiryMs;
            if (seen > nowMs)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _expiryMs, Condemned, seen) == seen)
            {
                return true;
            }
        }
    }

    /// <summary>Milliseconds left; the whole TTL while the clock is stopped, 0 once expired.</summary>
    public long RemainingMs(long nowMs) => ExpiryMs switch
    {
        Stopped => 1000 * TtlSeconds,
        var expiry when expiry <= nowMs => 0,
        var expiry => expiry - nowMs,
    };
}
