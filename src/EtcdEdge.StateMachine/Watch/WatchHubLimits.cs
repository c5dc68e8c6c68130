namespace EtcdEdge.StateMachine.Watch;

/// <summary>The limits of Watch, each with its reason.</summary>
public static class WatchHubLimits
{
    /// <summary>Watchers of one member: about 300 bytes each, so at most 80 MB. Kubernetes holds a few hundred per API server.</summary>
    public const int WatchersMax = 262_144;

    /// <summary>Records that one pass over the history examines: under a millisecond, so that new events never wait long behind a catch-up.</summary>
    public const int WatchSliceRecordsMax = 4096;

    /// <summary>
    /// Bytes of keys and values that one pass examines: the size of one response to one watcher, unless a single revision is larger.
    /// </summary>
    public const int WatchSliceBytesMax = 1024 * 1024;
}
