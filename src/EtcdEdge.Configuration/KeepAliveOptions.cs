namespace EtcdEdge.Configuration;

/// <summary>HTTP/2 pings on client connections. Zero switches a ping off.</summary>
public sealed record KeepAliveOptions
{
    /// <summary>An idle connection is pinged this often.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromHours(2);

    /// <summary>A connection whose ping stays unanswered this long is closed.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(20);
}
