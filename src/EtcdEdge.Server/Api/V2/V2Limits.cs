namespace EtcdEdge.Server.Api.V2;

/// <summary>The limits of V2, each with its reason.</summary>
internal static class V2Limits
{
    /// <summary>Bytes of a form in a request's body (Go net/http: 10 MB).</summary>
    public const int V2FormBytes = 10 << 20;

    /// <summary>How long a watch may last (etcd v2http defaultWatchTimeout).</summary>
    public static readonly TimeSpan V2WatchPatience = TimeSpan.FromMinutes(5);

    /// <summary>Concurrent watches: each costs a connection and a check at every change.</summary>
    public const int V2Watches = 10_000;
}
