namespace EtcdEdge.Peers.Tls;

/// <summary>The limits of TLS, each with its reason.</summary>
public static class TlsLimits
{
    /// <summary>TLS handshake and hello together (etcd client/pkg/transport tlsHandshakeTimeout): boards take seconds when they are busy.</summary>
    public static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Shortest interval between checks of certificate files for changes.</summary>
    public static readonly TimeSpan CertificateStatInterval = TimeSpan.FromSeconds(1);

    /// <summary>Largest certificate, key, CA bundle or revocation list that is read; anything larger is the wrong file.</summary>
    public const int CertificateFileBytes = 16 << 20;
}
