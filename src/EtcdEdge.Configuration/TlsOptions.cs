namespace EtcdEdge.Configuration;

/// <summary>Certificates of one side, clients or peers. Paths; empty is "not given".</summary>
public sealed record TlsOptions
{
    public string CertFile { get; init; } = "";

    public string KeyFile { get; init; } = "";

    /// <summary>Certificate this member shows when it is the client; <see cref="CertFile"/> if empty.</summary>
    public string ClientCertFile { get; init; } = "";

    public string ClientKeyFile { get; init; } = "";

    /// <summary>Require a certificate that <see cref="TrustedCaFile"/> signed.</summary>
    public bool ClientCertAuth { get; init; }

    public string TrustedCaFile { get; init; } = "";

    public string CrlFile { get; init; } = "";

    public IReadOnlyList<string> AllowedCommonNames { get; init; } = [];

    public IReadOnlyList<string> AllowedHostnames { get; init; } = [];

    /// <summary>Make a self-signed certificate at start.</summary>
    public bool AutoTls { get; init; }

    public bool SkipClientSanVerification { get; init; }
}
