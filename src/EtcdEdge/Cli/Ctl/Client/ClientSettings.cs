namespace EtcdEdge.Cli.Ctl.Client;

/// <summary>What a client connects to, and how (etcd client/v3/config.go).</summary>
internal sealed record ClientSettings
{
    public required string[] Endpoints { get; init; }

    /// <summary>Limit of one connection attempt.</summary>
    public TimeSpan DialTimeout { get; init; } = TimeSpan.FromSeconds(2);

    public TimeSpan KeepAliveTime { get; init; } = TimeSpan.FromSeconds(2);

    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>Bytes of the largest request.</summary>
    public int MaxSendBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>Bytes of the largest response.</summary>
    public int MaxReceiveBytes { get; init; } = int.MaxValue;

    /// <summary>Null for a plaintext connection to endpoints that leave it open.</summary>
    public TlsSettings? Tls { get; init; }

    /// <summary>Empty: none.</summary>
    public string User { get; init; } = "";

    public string Password { get; init; } = "";

    /// <summary>A token that was issued elsewhere; empty: none.</summary>
    public string Token { get; init; } = "";
}
