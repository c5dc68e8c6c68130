using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using EtcdEdge.Peers.Tls;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace EtcdEdge.Server.Listen;

/// <summary>
/// What Kestrel and the services need from a finished handshake: the protocol chosen by ALPN, the TLS version (HTTP/2 requires 1.2), the client's
/// verified certificate. A connection that has these features has https requests.
/// </summary>
internal sealed class TlsFeatures(TlsStream stream) : ITlsHandshakeFeature, ITlsApplicationProtocolFeature, ITlsConnectionFeature
{
    public SslProtocols Protocol { get; } = stream.SslProtocol;

    public TlsCipherSuite? NegotiatedCipherSuite { get; } = stream.NegotiatedCipherSuite;

    public string HostName { get; } = stream.TargetHostName;

    public ReadOnlyMemory<byte> ApplicationProtocol { get; } = stream.NegotiatedApplicationProtocol.Protocol;

    public X509Certificate2? ClientCertificate { get; set; } = stream.RemoteCertificate as X509Certificate2;

    [Obsolete("Asked for by the interface only.")]
    public CipherAlgorithmType CipherAlgorithm => CipherAlgorithmType.None;

    [Obsolete("Asked for by the interface only.")]
    public int CipherStrength => 0;

    [Obsolete("Asked for by the interface only.")]
    public HashAlgorithmType HashAlgorithm => HashAlgorithmType.None;

    [Obsolete("Asked for by the interface only.")]
    public int HashStrength => 0;

    [Obsolete("Asked for by the interface only.")]
    public ExchangeAlgorithmType KeyExchangeAlgorithm => ExchangeAlgorithmType.None;

    [Obsolete("Asked for by the interface only.")]
    public int KeyExchangeStrength => 0;

    public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult(ClientCertificate);
}
