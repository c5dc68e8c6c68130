namespace EtcdEdge.Server.Common;

/// <summary>The wall clock, used only by the TTLs of the v2 API, as in etcd: its responses contain the time at which a node expires.</summary>
internal static class WallClock
{
    /// <summary>Nanoseconds since 1970.</summary>
    public static long UnixNanos(this TimeProvider time) => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
}
