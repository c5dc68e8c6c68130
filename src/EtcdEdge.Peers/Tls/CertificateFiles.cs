using System.Text;
using EtcdEdge.Configuration;

namespace EtcdEdge.Peers.Tls;

/// <summary>
/// The content of all files of one side, read together. Content, not modification time, decides whether something changed: the files are small, are
/// read at most once a second, and are replaced by links and renames that make times unreliable (Kubernetes secrets, certbot).
/// </summary>
public sealed record CertificateFiles(byte[] Cert, byte[] Key, byte[] ClientCert, byte[] ClientKey, byte[] TrustedCa, byte[] Crl)
{
    /// <summary>Throws <see cref="TlsException"/> naming the file that cannot be read.</summary>
    public static CertificateFiles Read(TlsOptions options) => new(
        ReadFile(options.CertFile), ReadFile(options.KeyFile), ReadFile(options.ClientCertFile), ReadFile(options.ClientKeyFile),
        ReadFile(options.TrustedCaFile), ReadFile(options.CrlFile));

    public bool HasSameContent(CertificateFiles other) =>
        Cert.AsSpan().SequenceEqual(other.Cert) && Key.AsSpan().SequenceEqual(other.Key)
        && ClientCert.AsSpan().SequenceEqual(other.ClientCert) && ClientKey.AsSpan().SequenceEqual(other.ClientKey)
        && TrustedCa.AsSpan().SequenceEqual(other.TrustedCa) && Crl.AsSpan().SequenceEqual(other.Crl);

    /// <summary>PEM is ASCII; anything else in it fails where it is parsed.</summary>
    public static string Text(byte[] content) => Encoding.Latin1.GetString(content);

    private static byte[] ReadFile(string path)
    {
        if (path.Length == 0)
        {
            return [];
        }

        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > TlsLimits.CertificateFileBytes)
            {
                throw new TlsException($"{path} has {file.Length} bytes, which is no certificate, key or revocation list");
            }

            var content = new byte[file.Length];
            file.ReadExactly(content);
            return content;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TlsException($"open {path}: {Reason(error)}", error);
        }
    }

    private static string Reason(Exception error) => error switch
    {
        FileNotFoundException or DirectoryNotFoundException => "no such file or directory",
        UnauthorizedAccessException => "permission denied",
        _ => error.Message,
    };
}
