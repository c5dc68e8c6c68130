using System.Net.Security;
using System.Security.Authentication;

namespace EtcdEdge.Peers.Tls;

/// <summary>A TLS stream that keeps the reason why the other side's certificate was refused, which the exception of the handshake lacks.</summary>
public sealed class TlsStream(Stream inner) : SslStream(inner, leaveInnerStreamOpen: false)
{
    /// <summary>Set by the certificate's judge; null when the certificate was good or never came.</summary>
    public string? Complaint { get; set; }

    /// <summary>Awaits a handshake of this stream; what made it fail is thrown in the words that the log has for it.</summary>
    /// <exception cref="AuthenticationException">A certificate or the protocol was refused, here or there.</exception>
    public async Task ShakeHandsAsync(Task handshake)
    {
        try
        {
            await handshake;
        }
        catch (AuthenticationException failed)
        {
            throw new AuthenticationException(Complaint ?? HandshakeFailure.Describe(failed), failed);
        }
    }
}
