using EtcdEdge.Configuration;

namespace EtcdEdge.Peers.Tls;

/// <summary>Everything that decides one side's TLS.</summary>
public sealed record TlsSetup
{
    public required TlsSide Side { get; init; }

    public required TlsOptions Options { get; init; }

    public required TlsPolicy Policy { get; init; }

    /// <summary>Whether the certificate is self-signed by this server: then outbound connections verify nothing.</summary>
    public bool IsSelfSigned { get; init; }

    /// <summary>Whether there is a certificate to show. A peer that listens in cleartext may dial https with a CA file alone, as etcd's.</summary>
    public bool HasCertificate => Options.CertFile.Length > 0 || Options.KeyFile.Length > 0;

    /// <summary>Whether inbound connections must present a certificate (etcd: --trusted-ca-file alone requires one too).</summary>
    public bool DemandsCertificate => Options.ClientCertAuth || Options.TrustedCaFile.Length > 0;

    /// <summary>The configured TLS of one side, null when there is none. Writes the self-signed certificate where auto-tls is set.</summary>
    public static TlsSetup? Of(ServerOptions options, TlsSide side, Microsoft.Extensions.Logging.ILogger logger)
    {
        var isPeer = side == TlsSide.Peer;
        var given = isPeer ? options.PeerTls : options.ClientTls;
        var setup = new TlsSetup { Side = side, Options = given, Policy = options.TlsPolicy };
        if (setup.HasCertificate)
        {
            return setup;
        }

        if (!given.AutoTls)
        {
            return isPeer && given.TrustedCaFile.Length > 0 ? setup : null;
        }

        var directory = Path.GetFullPath(Path.Combine(options.DataDir, "fixtures", isPeer ? "peer" : "client"));
        var urls = isPeer ? options.Listen.PeerUrls : options.Listen.ClientUrls;
        string[] hosts = [.. urls.Select(url => url.Host)];
        var (cert, key) = SelfSignedCertificate.Ensure(directory, hosts, options.TlsPolicy.SelfSignedValidityYears, logger);
        return setup with
        {
            IsSelfSigned = true,
            Options = given with { CertFile = cert, KeyFile = key, ClientCertFile = cert, ClientKeyFile = key },
        };
    }
}
