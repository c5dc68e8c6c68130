namespace EtcdEdge.Server.Configuration;

/// <summary>HTTP on the client listeners.</summary>
public sealed record HttpOptions
{
    /// <summary>Allowed origins; "*" is every one.</summary>
    public IReadOnlyList<string> Cors { get; init; } = ["*"];

    /// <summary>Host names a plain HTTP request may carry; "*" is every one.</summary>
    public IReadOnlyList<string> HostWhitelist { get; init; } = ["*"];

    public bool GrpcGateway { get; init; } = true;
}
