using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdEdge.Configuration;
using EtcdEdge.Peers.Net;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Peers.Tls;

/// <summary>
/// The certificate --auto-tls and --peer-auto-tls make once and keep, with the names, key and extensions of etcd's
/// (client/pkg/transport/listener.go SelfCert). It encrypts and proves nothing.
/// </summary>
public static class SelfSignedCertificate
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const UnixFileMode PrivateDirectory = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Paths of certificate and key in a directory; both are made if one is missing. Throws <see cref="TlsException"/>.</summary>
    public static (string CertFile, string KeyFile) Ensure(string directory, IReadOnlyList<string> hosts, int validityYears, ILogger logger)
    {
        var certFile = Path.Combine(directory, "cert.pem");
        var keyFile = Path.Combine(directory, "key.pem");
        if (validityYears <= 0)
        {
            throw new TlsException("selfSignedCertValidity is invalid,it should be greater than 0");
        }

        try
        {
            if (!File.Exists(certFile) || !File.Exists(keyFile))
            {
                CreateDirectory(directory);
                Make(certFile, keyFile, hosts, validityYears, logger);
            }

            return (certFile, keyFile);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TlsException($"cannot write the self-signed certificate to {directory}: {error.Message}", error);
        }
    }

    /// <summary>The certificate itself, valid from now on.</summary>
    internal static X509Certificate2 Create(ECDsa key, IReadOnlyList<string> hosts, DateTimeOffset now, int validityYears)
    {
        var request = new CertificateRequest("O=etcd", key, HashAlgorithmName.SHA512);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            X509KeyUsageFlags.KeyEncipherment | X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], false));
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts.Where(host => host.Length > 0).Distinct())
        {
            AddName(names, host);
        }

        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(now, now.AddDays(365.0 * validityYears));
    }

    private static void AddName(SubjectAlternativeNameBuilder names, string host)
    {
        if (IPAddress.TryParse(host, out var address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(host);
        }
    }

    private static void CreateDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            Directory.CreateDirectory(directory, PrivateDirectory);
        }
    }

    private static void Make(string certFile, string keyFile, IReadOnlyList<string> hosts, int validityYears, ILogger logger)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP521);
        using var certificate = Create(key, hosts, DateTimeOffset.UtcNow, validityYears);
        Write(keyFile, key.ExportECPrivateKeyPem());
        Write(certFile, certificate.ExportCertificatePem());
        logger.CertificateGenerated(certFile, certificate.NotAfter);
    }

    private static void Write(string path, string pem)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = PrivateFile;
        }

        using var file = new StreamWriter(path, options);
        file.Write(pem);
        file.Write('\n');
    }
}
