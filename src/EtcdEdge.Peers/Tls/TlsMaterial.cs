using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdEdge.Configuration;

namespace EtcdEdge.Peers.Tls;

/// <summary>One side's certificates, parsed. Immutable: a reload makes a new one, and connections that began with the old one keep it.</summary>
public sealed class TlsMaterial
{
    private TlsMaterial(
        SslStreamCertificateContext? server, SslStreamCertificateContext? client, X509Certificate2Collection? roots, RevocationList revoked)
    {
        Server = server;
        Client = client;
        Roots = roots;
        Revoked = revoked;
    }

    /// <summary>The certificate for inbound connections; null where only a CA file is given.</summary>
    public SslStreamCertificateContext? Server { get; }

    /// <summary>Shown to whomever we dial, if anything is.</summary>
    public SslStreamCertificateContext? Client { get; }

    /// <summary>The CAs of the other side's certificate; null is the system's list.</summary>
    public X509Certificate2Collection? Roots { get; }

    public RevocationList Revoked { get; }

    /// <summary>Throws <see cref="TlsException"/> naming the file that is wrong.</summary>
    public static TlsMaterial Parse(CertificateFiles files, TlsSetup setup)
    {
        var options = setup.Options;
        var server = !setup.HasCertificate ? null : Pair(files.Cert, files.Key, options.CertFile, options.KeyFile);
        var client = options.ClientCertFile.Length == 0 || options.ClientCertFile == options.CertFile
            ? server
            : Pair(files.ClientCert, files.ClientKey, options.ClientCertFile, options.ClientKeyFile);
        return new TlsMaterial(server, client, ParseRoots(files.TrustedCa, options.TrustedCaFile), ParseCrl(files.Crl, options.CrlFile));
    }

    // Offline: intermediates come from the file or not at all; a board must not wait for a web server to start its own.
    private static SslStreamCertificateContext Pair(byte[] cert, byte[] key, string certFile, string keyFile)
    {
        try
        {
            var all = new X509Certificate2Collection();
            all.ImportFromPem(CertificateFiles.Text(cert));
            var leaf = X509Certificate2.CreateFromPem(CertificateFiles.Text(cert), CertificateFiles.Text(key));
            return SslStreamCertificateContext.Create(leaf, all, offline: true);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            throw new TlsException($"cannot use certificate {certFile} with key {keyFile}: {error.Message}", error);
        }
    }

    private static X509Certificate2Collection? ParseRoots(byte[] content, string file)
    {
        if (file.Length == 0)
        {
            return null;
        }

        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPem(CertificateFiles.Text(content));
        }
        catch (CryptographicException error)
        {
            throw new TlsException($"cannot read the CA certificates in {file}: {error.Message}", error);
        }

        return roots.Count > 0 ? roots : throw new TlsException($"no CA certificate in {file}");
    }

    private static RevocationList ParseCrl(byte[] content, string file)
    {
        try
        {
            return file.Length == 0 ? RevocationList.Empty : RevocationList.Parse(content);
        }
        catch (FormatException error)
        {
            throw new TlsException($"cannot read the revocation list {file}: {error.Message}", error);
        }
    }
}
