using System.Net.Security;

namespace EtcdEdge.Server.Tls;

/// <summary>A TLS stream that remembers why the other side's certificate was refused: the exception of the handshake does not say.</summary>
internal sealed class TlsStream(Stream inner) : SslStream(inner, leaveInnerStreamOpen: false)
{
    /// <summary>Set by the certificate's judge; null when the certificate was good or never came.</summary>
    public string? Complaint { get; set; }
}
