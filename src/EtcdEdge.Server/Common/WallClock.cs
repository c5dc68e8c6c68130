namespace EtcdEdge.Server.Common;

/// <summary>The wall clock, which only the v2 API's TTLs follow, as in etcd: its answers tell the moment at which a node ends.</summary>
internal static class WallClock
{
    /// <summary>Nanoseconds since 1970.</summary>
    public static long UnixNanos(this TimeProvider time) => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
}
