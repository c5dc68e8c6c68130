using System.Net.Security;
using System.Security.Authentication;

namespace EtcdEdge.Configuration;

/// <summary>Names of cipher suites, Go's or IANA's, as a policy for OpenSSL.</summary>
public static class CipherSuites
{
    private static readonly TlsCipherSuite[] s_tls13 =
    [
        TlsCipherSuite.TLS_AES_128_GCM_SHA256, TlsCipherSuite.TLS_AES_256_GCM_SHA384, TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
    ];

    /// <summary>
    /// Null for no names: the platform's choice. TLS 1.3's suites are always in where TLS 1.3 is, because Go does not let them be chosen. Throws
    /// <see cref="TlsException"/> for a name that is unknown.
    /// </summary>
    public static CipherSuitesPolicy? Policy(IReadOnlyList<string> names, SslProtocols protocols)
    {
        if (names.Count == 0)
        {
            return null;
        }

        var suites = names.Select(Parse).ToList();
        if (protocols.HasFlag(SslProtocols.Tls13))
        {
            suites.AddRange(s_tls13);
        }

        return OperatingSystem.IsLinux()
            ? new CipherSuitesPolicy(suites.Distinct())
            : throw new TlsException("--cipher-suites is supported on Linux only");
    }

    // Go's two ChaCha20 suites were named before IANA settled on its names.
    private static TlsCipherSuite Parse(string name) => name switch
    {
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305" => TlsCipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305" => TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        _ when name.StartsWith("TLS_", StringComparison.Ordinal) && Enum.TryParse<TlsCipherSuite>(name, out var suite) => suite,
        _ => throw new TlsException($"unexpected TLS cipher suite \"{name}\""),
    };
}
