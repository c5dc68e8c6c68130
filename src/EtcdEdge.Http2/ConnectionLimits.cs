namespace EtcdEdge.Http2;

/// <summary>The limits of HTTP/2 connections and streams, each with its reason.</summary>
public static class ConnectionLimits
{
    /// <summary>How long a new connection may take to show whether it is HTTP/1.1 or HTTP/2; Kestrel's own timeout for request headers.</summary>
    public static readonly TimeSpan ProtocolSniffTimeout = TimeSpan.FromSeconds(30);

    /// <summary>HTTP/2 receive windows: a put of the largest allowed size must not wait for a round trip (defaults are 1 MiB and 768 KiB).</summary>
    public const int ConnectionWindowBytes = 4 * 1024 * 1024;

    /// <inheritdoc cref="ConnectionWindowBytes"/>
    public const int StreamWindowBytes = 2 * 1024 * 1024;

    /// <summary>Response bytes kept per stream before a writer waits: large ranges and watch catch-up wake up less often than at 64 KiB.</summary>
    public const int ResponseBufferBytes = 512 * 1024;

    /// <summary>The windows that both sides begin with (RFC 9113 section 6.9.2).</summary>
    public const int FirstWindowBytes = 65_535;

    /// <summary>Largest frame in both directions: the least that RFC 9113 section 4.2 allows, so that no stream holds up the others.</summary>
    public const int FrameBytes = 16 * 1024;

    /// <summary>Fields of a request, encoded, over all their frames.</summary>
    public const int HeaderBlockBytes = 64 * 1024;

    /// <summary>Responses to pings and settings that a client has not read: a client that keeps requesting without reading is disconnected.</summary>
    public const int UnreadControlBytes = 64 * 1024;

    /// <summary>Calls of a connection that were cancelled and still run: they end within half a second, so that only an attack has as many.</summary>
    public const int AbandonedCalls = 10_000;

    /// <summary>Bytes handed to a connection's socket at once, so that what is urgent does not wait behind more.</summary>
    public const int WrittenAtOnce = 64 * 1024;

    /// <summary>The least room for what is written to a socket at once: some hundred small answers.</summary>
    public const int SocketBufferBytes = 4 * 1024;

    /// <summary>
    /// How long a client may continue sending a request that was answered already; curl, for one, discards the response when it is stopped at once.
    /// </summary>
    public const long UnfinishedRequestPatienceMs = 2_000;

    /// <summary>How long the end of an answer waits for the end of its request, if that fits into the first window.</summary>
    public static readonly TimeSpan ShortRequestPatience = TimeSpan.FromSeconds(1);

    /// <summary>Interval at which connections are checked for silence.</summary>
    public static readonly TimeSpan KeepAliveCheckInterval = TimeSpan.FromSeconds(1);
}
