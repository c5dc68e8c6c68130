using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdEdge.Cli.Ctl.Client;

/// <summary>Certificates of a client's TLS connections.</summary>
internal sealed class TlsSettings
{
    private readonly SslStreamCertificateContext? _certificate;
    private readonly X509Certificate2Collection? _authorities;
    private readonly bool _skipsVerification;
    private readonly string _serverName;

    /// <param name="cert">PEM file of the client's certificate and its intermediates; empty: none.</param>
    /// <param name="key">PEM file of its key.</param>
    /// <param name="cacert">PEM file of the authorities; empty: the system's.</param>
    /// <param name="serverName">The name in the server's certificate; empty: the endpoint's host.</param>
    /// <param name="skipsVerification">Accepts any certificate of the server.</param>
    /// <exception cref="CliFailure">With the file and the reason.</exception>
    public TlsSettings(string cert, string key, string cacert, string serverName, bool skipsVerification)
    {
        if (cert.Length == 0 != (key.Length == 0))
        {
            throw new CliFailure(CliFailure.BadArguments, $"KeyFile and CertFile must both be present[key: {key}, cert: {cert}]");
        }

        _certificate = cert.Length == 0 ? null : Certificate(cert, key);
        _authorities = cacert.Length == 0 ? null : Read(cacert);
        _serverName = serverName;
        _skipsVerification = skipsVerification;
    }

    public bool HasCertificate => _certificate is not null;

    public SslClientAuthenticationOptions Options(Endpoint endpoint) => new()
    {
        TargetHost = _serverName.Length > 0 ? _serverName : endpoint.ServerName,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ClientCertificateContext = _certificate,
        CertificateChainPolicy = _authorities is null ? null : Policy(),
        RemoteCertificateValidationCallback = _skipsVerification ? (_, _, _, _) => _skipsVerification : null,
    };

    private static SslStreamCertificateContext Certificate(string cert, string key)
    {
        var chain = Read(cert);
        try
        {
            using var leaf = chain[0].HasPrivateKey ? chain[0] : X509Certificate2.CreateFromPem(File.ReadAllText(cert), Text(key));
            return SslStreamCertificateContext.Create(new X509Certificate2(leaf), [.. chain.Skip(1)], offline: true);
        }
        catch (CryptographicException unusable)
        {
            throw new CliFailure(CliFailure.BadArguments, $"tls: {key} is not the private key of {cert}: {unusable.Message}");
        }
    }

    private static X509Certificate2Collection Read(string file)
    {
        var text = Text(file);
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(text);
        }
        catch (CryptographicException unusable)
        {
            throw new CliFailure(CliFailure.BadArguments, $"tls: {file}: {unusable.Message}");
        }

        return certificates.Count > 0 ? certificates
            : throw new CliFailure(CliFailure.BadArguments, $"tls: failed to find any PEM data in certificate input {file}");
    }

    private static string Text(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CliFailure(CliFailure.BadArguments, $"open {file}: no such file or directory");
        }
        catch (UnauthorizedAccessException)
        {
            throw new CliFailure(CliFailure.BadArguments, Directory.Exists(file) ? $"read {file}: is a directory"
                : $"open {file}: permission denied");
        }
        catch (IOException unreadable)
        {
            throw new CliFailure(CliFailure.BadArguments, $"open {file}: {unreadable.Message}");
        }
    }

    private X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(_authorities!);
        return policy;
    }
}
