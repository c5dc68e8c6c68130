namespace EtcdEdge.Server.Listen;

/// <summary>What a listening port serves. One port may serve several at once.</summary>
[Flags]
public enum ListenRole
{
    /// <summary>The gRPC services, over HTTP/2.</summary>
    Grpc = 1,

    /// <summary>The HTTP/1.1 side of a client URL: health, version, metrics, the JSON gateway.</summary>
    Http = 2,

    /// <summary>Only what monitoring reads: /metrics and the health checks, without CORS headers.</summary>
    Metrics = 4,
}
