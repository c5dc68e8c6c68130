namespace EtcdEdge.Http2;

/// <summary>What the owner of a server decides about its connections.</summary>
public sealed record Http2Options
{
    /// <summary>Streams that a client may have open on one connection.</summary>
    public int MaxStreams { get; init; } = int.MaxValue;

    /// <summary>Bytes of the largest request that is served directly.</summary>
    public int MaxMessageBytes { get; init; } = int.MaxValue;

    /// <summary>A connection that has been silent for this long is pinged; zero or less: never.</summary>
    public TimeSpan KeepAliveInterval { get; init; }

    /// <summary>A pinged connection that stays silent for this long is closed.</summary>
    public TimeSpan KeepAliveTimeout { get; init; }
}
