namespace EtcdEdge.Peers.Tls;

/// <summary>Why a handshake failed, in the words of Go's crypto/tls where it has words for it: operators search for those.</summary>
public static class HandshakeFailure
{
    // OpenSSL's texts of alerts that clients send (ssl/ssl_err.c), beside Go's (crypto/tls/alert.go).
    private static readonly (string OpenSsl, string Go)[] _texts =
    [
        ("alert bad certificate", "remote error: tls: bad certificate"),
        ("alert unsupported certificate", "remote error: tls: unsupported certificate"),
        ("alert certificate revoked", "remote error: tls: revoked certificate"),
        ("alert certificate expired", "remote error: tls: expired certificate"),
        ("alert certificate unknown", "remote error: tls: unknown certificate"),
        ("alert unknown ca", "remote error: tls: unknown certificate authority"),
        ("alert certificate required", "remote error: tls: certificate required"),
        ("alert protocol version", "remote error: tls: protocol version not supported"),
        ("alert handshake failure", "remote error: tls: handshake failure"),
        ("peer did not return a certificate", "tls: client didn't provide a certificate"),
        ("http request", "tls: first record does not look like a TLS handshake"),
        ("wrong version number", "tls: first record does not look like a TLS handshake"),
        ("unsupported protocol", "tls: client offered only unsupported versions"),
        ("no shared cipher", "tls: no cipher suite supported by both client and server"),
        ("no application protocol", "tls: client requested unsupported application protocols"),
        ("corrupted frame", "tls: first record does not look like a TLS handshake"),
        ("EOF", "EOF"),
        ("beyond the end of the stream", "EOF"),
        ("Connection reset by peer", "read: connection reset by peer"),
    ];

    /// <summary>
    /// .NET closes the connection without an alert when it rejects a certificate, and verifies it when the handshake is over for the other side: that
    /// side sees an end of the connection, which this explains on the listening side.
    /// </summary>
    public const string NotTrusted =
        " behind the TLS handshake; the dialling member's log says why: it may not trust the certificate in --peer-cert-file, or this machine's "
            + "address";

    /// <summary>The same for the member that dialled.</summary>
    public static string NotAccepted(bool hasCertificate) => " in place of an answer; the other member's log says why: it may not accept "
        + (hasCertificate ? "the certificate in --peer-cert-file" : "members without one, and --peer-cert-file and --peer-key-file are not given");

    public static string Describe(Exception failure)
    {
        if (failure is OperationCanceledException)
        {
            return "i/o timeout";
        }

        var deepest = failure;
        for (var inner = failure.InnerException; inner is not null; inner = inner.InnerException)
        {
            deepest = inner;
        }

        var known = Array.Find(_texts, text => deepest.Message.Contains(text.OpenSsl, StringComparison.Ordinal));
        return known.Go ?? deepest.Message;
    }
}
