using System.Net.Security;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace EtcdEdge.Server.Tls;

/// <summary>TLS for Kestrel's listeners: asks for the certificates of the moment at each handshake, so that a reload needs no restart.</summary>
internal static class TlsHandshake
{
    /// <summary>For <c>ListenOptions.UseHttps</c>. HTTP/2 and HTTP/1.1 on one port by ALPN, which grpc-go insists on.</summary>
    public static TlsHandshakeCallbackOptions Of(TlsContext tls) => new()
    {
        HandshakeTimeout = Limits.HandshakeTimeout,
        OnConnection = _ => new ValueTask<SslServerAuthenticationOptions>(tls.ServerOptions()),
    };
}
