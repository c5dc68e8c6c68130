namespace EtcdEdge.Server.Common;

/// <summary>The one clock of leases and notifications: milliseconds since some fixed moment, untouched by changes of the wall clock.</summary>
public static class MonotonicClock
{
    public static long MonotonicMs(this TimeProvider time) => time.GetTimestamp() / (time.TimestampFrequency / 1000);
}
