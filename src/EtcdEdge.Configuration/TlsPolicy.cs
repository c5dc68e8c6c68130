using System.Security.Authentication;

namespace EtcdEdge.Configuration;

/// <summary>What both sides' TLS has in common.</summary>
public sealed record TlsPolicy
{
    public SslProtocols MinVersion { get; init; } = SslProtocols.Tls12;

    /// <summary>None: the newest the platform has.</summary>
    public SslProtocols MaxVersion { get; init; } = SslProtocols.None;

    /// <summary>Go's or IANA's suite names; empty is the platform's choice.</summary>
    public IReadOnlyList<string> CipherSuites { get; init; } = [];

    /// <summary>Years a self-made certificate is valid.</summary>
    public int SelfSignedValidityYears { get; init; } = 1;
}
