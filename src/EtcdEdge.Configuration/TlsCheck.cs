namespace EtcdEdge.Configuration;

/// <summary>What URLs and certificates have to do with each other, in etcd's words (server/embed/etcd.go).</summary>
public static class TlsCheck
{
    /// <summary>Why the server must not start: https URLs without certificates.</summary>
    public static IEnumerable<string> Complaints(ServerOptions options)
    {
        if (!HasCertificates(options.ClientTls))
        {
            foreach (var url in options.Listen.ClientUrls.Concat(options.Listen.ClientHttpUrls).Where(url => url.IsTls))
            {
                yield return $"TLS key/cert (--cert-file, --key-file) must be provided for client url {url} with HTTPS scheme";
            }

            if (options.Listen.MetricsUrls.Any(url => url.IsTls))
            {
                yield return "client TLS key/cert (--cert-file, --key-file) must be provided for metrics secure url";
            }
        }

        if (!HasCertificates(options.PeerTls))
        {
            foreach (var url in options.Listen.PeerUrls.Where(url => url.IsTls))
            {
                yield return MissingForPeerUrl(url);
            }
        }
    }

    /// <summary>Warnings for the operator: TLS flags that have no effect on a cleartext URL.</summary>
    public static IEnumerable<string> Warnings(ServerOptions options)
    {
        foreach (var url in options.Listen.PeerUrls.Where(url => !url.IsTls))
        {
            if (HasCertificates(options.PeerTls))
            {
                yield return $"scheme is HTTP while key and cert files are present; ignoring key and cert files (peer-url {url})";
            }

            if (options.PeerTls.ClientCertAuth)
            {
                yield return $"scheme is HTTP while --peer-client-cert-auth is enabled; ignoring client cert auth for this URL (peer-url {url})";
            }
        }

        foreach (var url in options.Listen.ClientUrls.Where(url => !url.IsTls))
        {
            if (HasCertificates(options.ClientTls))
            {
                yield return $"scheme is http or unix while key and cert files are present; ignoring key and cert files (client-url {url})";
            }

            if (options.ClientTls.ClientCertAuth)
            {
                yield return $"scheme is http or unix while --client-cert-auth is enabled; ignoring client cert auth for this URL (client-url {url})";
            }
        }

        foreach (var (tls, side) in new[] { (options.ClientTls, "client"), (options.PeerTls, "peer") })
        {
            if (tls.AutoTls && tls.CertFile.Length > 0)
            {
                yield return $"ignoring {side} auto TLS since certs given";
            }
        }
    }

    /// <summary>etcd's refusal to listen on an https peer URL without certificates.</summary>
    public static string MissingForPeerUrl(ListenUrl url) => $"cannot listen on TLS for {url.Authority}: KeyFile and CertFile are not presented";

    private static bool HasCertificates(TlsOptions options) => options.AutoTls || options.CertFile.Length > 0 || options.KeyFile.Length > 0;
}
