namespace EtcdEdge.Configuration;

/// <summary>HTTP on the client listeners.</summary>
public sealed record HttpOptions
{
    /// <summary>Allowed origins; "*" is every one.</summary>
    public IReadOnlyList<string> Cors { get; init; } = ["*"];

    /// <summary>Host names a plain HTTP request may carry; "*" is every one.</summary>
    public IReadOnlyList<string> HostWhitelist { get; init; } = ["*"];

    public bool GrpcGateway { get; init; } = true;

    /// <summary>Whether /v2/ answers (--enable-v2).</summary>
    public bool EnableV2 { get; init; }
}
