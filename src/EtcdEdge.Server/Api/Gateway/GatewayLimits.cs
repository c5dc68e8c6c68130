namespace EtcdEdge.Server.Api.Gateway;

/// <summary>The limits of Gateway, each with its reason.</summary>
internal static class GatewayLimits
{
    /// <summary>Nesting of a gateway's JSON: a transaction nested twenty deep, far beyond what etcd's own clients can build.</summary>
    public const int JsonDepth = 64;

    /// <summary>Longest name of a field that is looked up; the longest of etcd's is "request_delete_range".</summary>
    public const int JsonNameLength = 64;

    /// <summary>Bytes of a WebSocket's messages kept while the call is busy; the client's next ones wait in its connection.</summary>
    public const int WebSocketBufferBytes = 64 * 1024;

    /// <summary>Bytes read from a WebSocket at once.</summary>
    public const int WebSocketReadBytes = 4 * 1024;
}
