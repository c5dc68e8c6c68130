using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdEdge.Testing;

/// <summary>A certificate authority in a directory of its own, and files of certificates it signed.</summary>
internal sealed class TestCa : IDisposable
{
    private static readonly DateTimeOffset s_now = DateTimeOffset.UtcNow;

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _certificate;
    private byte _serial;

    public TestCa(string name = "ca")
    {
        _certificate = AuthorityRequest(name, _key).CreateSelfSigned(s_now.AddYears(-10), s_now.AddYears(10));
        File.WriteAllText(CaFile, _certificate.ExportCertificatePem());
    }

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("tls-").FullName;

    public string CaFile => Path.Combine(Directory, "ca.pem");

    /// <summary>Writes a certificate and its key; returns both paths.</summary>
    public (string Cert, string Key) Issue(
        string file, string commonName = "member", string? host = "127.0.0.1", int fromDays = -1, int toDays = 1,
        bool forServer = true, bool forClient = true)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Sign(_certificate, key, commonName, host, fromDays, toDays, forServer, forClient);
        return Write(file, key, certificate);
    }

    /// <summary>
    /// As <see cref="Issue"/>, but signed by an authority below this one, whose certificate stands behind it and in a file of its own.
    /// </summary>
    public (string Cert, string Key, string Authority) IssueBelow(string file)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256), authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = AuthorityRequest(file + "-ca", authorityKey);
        using var signed = request.Create(_certificate, s_now.AddDays(-1), s_now.AddDays(1), [0x00, 0x80, ++_serial]);
        using var authority = signed.CopyWithPrivateKey(authorityKey);
        using var certificate = Sign(authority, key, "member", "127.0.0.1", 0, 1, true, true);
        var (cert, keyFile) = Write(file, key, certificate, authority);
        return (cert, keyFile, Write(file + "-ca", authorityKey, authority).Cert);
    }

    /// <summary>Writes a revocation list of these certificates' serials.</summary>
    public string Revoke(string file, bool pem, params string[] certificates)
    {
        var builder = new CertificateRevocationListBuilder();
        foreach (var path in certificates)
        {
            using var certificate = X509CertificateLoader.LoadCertificateFromFile(path);
            builder.AddEntry(certificate);
        }

        var der = builder.Build(_certificate, 1, s_now.AddYears(1), HashAlgorithmName.SHA256);
        var crl = Path.Combine(Directory, file);
        File.WriteAllBytes(crl, pem ? System.Text.Encoding.ASCII.GetBytes(PemEncoding.WriteString("X509 CRL", der)) : der);
        return crl;
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private static CertificateRequest AuthorityRequest(string name, ECDsa key)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        return request;
    }

    private (string Cert, string Key) Write(string file, ECDsa key, params X509Certificate2[] certificates)
    {
        var (cert, keyFile) = (Path.Combine(Directory, file + ".pem"), Path.Combine(Directory, file + ".key"));
        File.WriteAllLines(cert, certificates.Select(certificate => certificate.ExportCertificatePem()));
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return (cert, keyFile);
    }

    private X509Certificate2 Sign(
        X509Certificate2 issuer, ECDsa key, string commonName, string? host, int fromDays, int toDays, bool forServer, bool forClient)
    {
        var request = new CertificateRequest($"O=etcd, CN={commonName}", key, HashAlgorithmName.SHA256);
        var usages = new OidCollection();
        if (forServer)
        {
            usages.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        }

        if (forClient)
        {
            usages.Add(new Oid("1.3.6.1.5.5.7.3.2"));
        }

        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(usages, false));
        if (host is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            if (IPAddress.TryParse(host, out var address))
            {
                names.AddIpAddress(address);
            }
            else
            {
                names.AddDnsName(host);
            }

            request.CertificateExtensions.Add(names.Build());
        }

        return request.Create(issuer, s_now.AddDays(fromDays), s_now.AddDays(toDays), [0x00, 0x80, ++_serial]);
    }
}
