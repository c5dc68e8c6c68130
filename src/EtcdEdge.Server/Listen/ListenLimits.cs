namespace EtcdEdge.Server.Listen;

/// <summary>The limits of Listen, each with its reason.</summary>
internal static class ListenLimits
{
    /// <summary>
    /// How long a connection may stay without a call: without limit, as in grpc-go. Not Timeout.InfiniteTimeSpan, which Kestrel converts to a
    /// timestamp that overflows in nanoseconds: it closed every connection without an open call at its heartbeat, each second.
    /// </summary>
    public static readonly TimeSpan IdleConnectionTimeout = TimeSpan.FromDays(10 * 365);

    /// <summary>Threads of the socket transport; a board has four cores, and more queues only cost wake-ups.</summary>
    public const int SocketQueues = 2;
}
