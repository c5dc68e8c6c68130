namespace EtcdEdge.Configuration;

/// <summary>The sockets to open. URLs are sorted and unique, as etcd keeps them.</summary>
public sealed record ListenOptions
{
    public IReadOnlyList<ListenUrl> PeerUrls { get; init; } = [new("http", "localhost", 2380)];

    /// <summary>gRPC, and HTTP too unless <see cref="ClientHttpUrls"/> is not empty.</summary>
    public IReadOnlyList<ListenUrl> ClientUrls { get; init; } = [new("http", "localhost", 2379)];

    /// <summary>HTTP only; when not empty, <see cref="ClientUrls"/> serves gRPC only.</summary>
    public IReadOnlyList<ListenUrl> ClientHttpUrls { get; init; } = [];

    /// <summary>Extra listeners for /metrics and the health checks.</summary>
    public IReadOnlyList<ListenUrl> MetricsUrls { get; init; } = [];

    /// <summary>SO_REUSEPORT on the listeners.</summary>
    public bool ReusePort { get; init; }
}
