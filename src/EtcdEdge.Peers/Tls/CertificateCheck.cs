using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using EtcdEdge.Configuration;

namespace EtcdEdge.Peers.Tls;

/// <summary>Judges the other side's certificate after the chain was built: what etcd's listener and dialler check, in Go's words.</summary>
public static class CertificateCheck
{
    /// <summary>Null when the certificate is good, or why it is not.</summary>
    public static string? Complaint(
        X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors, TlsOptions options, RevocationList revoked, string? dialledHost)
    {
        if (certificate is null)
        {
            return "tls: client didn't provide a certificate";
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
        {
            return ChainComplaint(certificate, chain);
        }

        if (dialledHost is not null && !certificate.MatchesHostname(dialledHost, allowCommonName: false))
        {
            return $"x509: certificate is not valid for {dialledHost}";
        }

        return RevocationComplaint(certificate, chain, revoked) ?? AllowedComplaint(certificate, options);
    }

    private static string ChainComplaint(X509Certificate2 certificate, X509Chain? chain)
    {
        var status = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, next) => all | next.Status) ?? X509ChainStatusFlags.NoError;
        if (status.HasFlag(X509ChainStatusFlags.NotTimeValid))
        {
            return TimeComplaint(chain!.ChainElements.FirstOrDefault(IsOutOfTime)?.Certificate ?? certificate);
        }

        if ((status & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0)
        {
            return "x509: certificate signed by unknown authority";
        }

        return status.HasFlag(X509ChainStatusFlags.NotValidForUsage)
            ? "x509: certificate specifies an incompatible key usage"
            : $"x509: certificate chain is not valid ({status})";
    }

    private static bool IsOutOfTime(X509ChainElement element) =>
        element.ChainElementStatus.Any(status => status.Status.HasFlag(X509ChainStatusFlags.NotTimeValid));

    // Boards without a clock boot in 1970: the line must let the reader see whose fault it is.
    private static string TimeComplaint(X509Certificate2 certificate)
    {
        var now = DateTime.UtcNow;
        var before = now < certificate.NotBefore.ToUniversalTime();
        var bound = (before ? certificate.NotBefore : certificate.NotAfter).ToUniversalTime();
        return string.Create(CultureInfo.InvariantCulture,
            $"x509: certificate has expired or is not yet valid: current time {now:yyyy-MM-ddTHH:mm:ssZ} "
            + $"is {(before ? "before" : "after")} {bound:yyyy-MM-ddTHH:mm:ssZ}");
    }

    private static string? RevocationComplaint(X509Certificate2 certificate, X509Chain? chain, RevocationList revoked)
    {
        if (revoked.Count == 0)
        {
            return null;
        }

        var shown = chain?.ChainElements.Select(element => element.Certificate) ?? [certificate];
        var found = shown.FirstOrDefault(revoked.Contains) ?? (revoked.Contains(certificate) ? certificate : null);
        return found is null ? null : $"transport: certificate serial {found.SerialNumber} revoked";
    }

    private static string? AllowedComplaint(X509Certificate2 certificate, TlsOptions options)
    {
        var (names, hosts) = (options.AllowedCommonNames, options.AllowedHostnames);
        var isAllowed = (names.Count == 0 || names.Contains(CommonName.Of(certificate), StringComparer.Ordinal))
            && (hosts.Count == 0 || hosts.Any(host => certificate.MatchesHostname(host, allowCommonName: false)));
        return isAllowed ? null : "client certificate authentication failed: neither its CN nor its host names are allowed";
    }
}
