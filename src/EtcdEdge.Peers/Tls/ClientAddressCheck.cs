using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace EtcdEdge.Peers.Tls;

/// <summary>
/// Whether a peer's certificate names the address it comes from (etcd client/pkg/transport/listener_tls.go checkCertSAN): an address of its
/// SANs, or a DNS name of them that resolves to it, forwards or backwards. A certificate without SANs passes.
/// </summary>
public static class ClientAddressCheck
{
    /// <summary>Throws <see cref="AuthenticationException"/> when it does not.</summary>
    public static async Task RequireAsync(X509Certificate2 certificate, IPAddress remote, CancellationToken cancel)
    {
        var shown = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        var addresses = shown?.EnumerateIPAddresses().ToList() ?? [];
        var dnsNames = shown?.EnumerateDnsNames().ToList() ?? [];
        remote = remote.IsIPv4MappedToIPv6 ? remote.MapToIPv4() : remote;
        if ((addresses.Count == 0 && dnsNames.Count == 0) || addresses.Contains(remote))
        {
            return;
        }

        if (dnsNames.Count == 0)
        {
            throw new AuthenticationException($"x509: certificate is valid for {string.Join(", ", addresses)}, not {remote}");
        }

        if (!await ResolvesBackAsync(dnsNames, remote, cancel) && !await ResolvesToAsync(dnsNames, remote, cancel))
        {
            var names = string.Join(' ', dnsNames.Select(name => $"\"{name}\""));
            throw new AuthenticationException($"tls: \"{remote}\" does not match any of DNSNames [{names}]");
        }
    }

    private static async Task<bool> ResolvesBackAsync(List<string> dnsNames, IPAddress remote, CancellationToken cancel)
    {
        try
        {
            var entry = await Dns.GetHostEntryAsync(remote.ToString(), cancel);
            return entry.Aliases.Append(entry.HostName).Any(host => dnsNames.Exists(name => Matches(name, host.TrimEnd('.'))));
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task<bool> ResolvesToAsync(List<string> dnsNames, IPAddress remote, CancellationToken cancel)
    {
        foreach (var name in dnsNames.Where(name => !name.StartsWith("*.", StringComparison.Ordinal)))
        {
            try
            {
                if ((await Dns.GetHostAddressesAsync(name, cancel)).Contains(remote))
                {
                    return true;
                }
            }
            catch (SocketException)
            {
                // A name that does not resolve is not the one.
            }
        }

        return false;
    }

    private static bool Matches(string name, string host) =>
        name.StartsWith("*.", StringComparison.Ordinal)
            ? host.EndsWith(name[1..], StringComparison.OrdinalIgnoreCase)
            : host.Equals(name, StringComparison.OrdinalIgnoreCase);
}
