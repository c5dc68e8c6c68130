namespace EtcdEdge.Simulation.World;

/// <summary>
/// A member's monotonic clock: starts anywhere and runs a little fast or slow, as crystals do. The core reads nothing but its differences.
/// </summary>
/// <param name="time">The world's time.</param>
/// <param name="partsPerMillion">How much it runs fast; negative is slow.</param>
/// <param name="startUs">What it shows when the world begins.</param>
internal sealed class MemberClock(VirtualTime time, long partsPerMillion, long startUs) : TimeProvider
{
    private long _startUs = startUs;

    public override long TimestampFrequency => VirtualTime.Second;

    public override long GetTimestamp() => _startUs + time.NowUs + (time.NowUs * partsPerMillion / 1_000_000);

    /// <summary>It moves ahead at once; a monotonic clock never goes back.</summary>
    public void Jump(long us) => _startUs += us;

    /// <summary>How long the world has to wait until this clock has moved on by <paramref name="ms"/>.</summary>
    public long WorldUs(long ms) => (ms * VirtualTime.Ms * 1_000_000 / (1_000_000 + partsPerMillion)) + 1;
}
