namespace EtcdEdge.Server.Watch;

/// <summary>The limits of Watch, each with its reason.</summary>
internal static class WatchLimits
{
    /// <summary>Responses queued for one watch stream: every watcher of an API server gets one event before the stream counts as slow.</summary>
    public const int WatchQueueCount = 4096;

    /// <summary>
    /// Bytes of events queued for one watch stream; one more response than fits is taken, and as much again may be in its writer's hands.
    /// A client that never reads costs that and Kestrel's buffer, no more.
    /// </summary>
    public const int WatchQueueBytes = 1024 * 1024;

    /// <summary>Requests of one stream on their way to the dispatcher; the stream is not read further beyond it.</summary>
    public const int WatchRequestsInFlight = 256;

    /// <summary>Threads that write watch responses: half the cores, so that a large fan-out leaves the other half to other work.</summary>
    public static readonly int WatchWriterThreads = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>Shortest interval of progress notifications, as etcd (api/v3rpc/watch.go minWatchProgressInterval).</summary>
    public const long WatchProgressIntervalMsMin = 100;

    /// <summary>Longest sleep of the dispatcher while streams are open: how late a progress notification may be.</summary>
    public const int WatchTickMsMax = 1000;
}
