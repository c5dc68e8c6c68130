using EtcdEdge.Simulation.World;

namespace EtcdEdge.Simulation.Checkers;

/// <summary>
/// A lease lives at least as long as a client was told, and not forever: each grant and each renewal is a promise in world time; the first
/// revocation that is applied anywhere must not come before it, as far as clocks agree.
/// </summary>
internal sealed class LeaseChecker(VirtualTime time)
{
    /// <summary>What the loop's own granularity may take from a promise.</summary>
    private const long SlackUs = 100 * VirtualTime.Ms;
    private readonly SortedDictionary<long, long> _promisedUntilUs = [];
    private readonly List<(long AtUs, long Us)> _jumps = [];

    /// <summary>A client was told at <paramref name="fromUs"/> or later that the lease has this long to live.</summary>
    public void Promised(long lease, long fromUs, long ttlSeconds)
    {
        var skewUs = ttlSeconds * 2 * Limits.ClockSkewPpm;
        var jumpedUs = _jumps.Where(jump => jump.AtUs >= fromUs).Sum(jump => jump.Us);
        var untilUs = fromUs + (ttlSeconds * VirtualTime.Second) - skewUs - SlackUs - jumpedUs;
        _promisedUntilUs[lease] = Math.Max(untilUs, _promisedUntilUs.GetValueOrDefault(lease));
    }

    /// <summary>The clock that promises were made by moved ahead: they may end so much earlier in the world's time.</summary>
    public void ClockJumped(long us)
    {
        _jumps.Add((time.NowUs, us));
        foreach (var lease in _promisedUntilUs.Keys.ToArray())
        {
            _promisedUntilUs[lease] -= us;
        }
    }

    /// <summary>A revocation was applied for the first time.</summary>
    public void Revoked(long lease)
    {
        if (_promisedUntilUs.TryGetValue(lease, out var untilUs) && time.NowUs < untilUs)
        {
            throw new SimulationFailure($"lease {lease} was revoked {(untilUs - time.NowUs) / 1000} ms before its promised end");
        }
    }

    /// <summary>At the end, long after the last promise: nothing may be left.</summary>
    public static void CheckEnded(int member, long[] leases)
    {
        if (leases.Length > 0)
        {
            throw new SimulationFailure($"lease {leases[0]} still exists on m{member + 1}, long after its end");
        }
    }
}
