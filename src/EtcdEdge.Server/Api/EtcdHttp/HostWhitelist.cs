using Microsoft.AspNetCore.Http;

namespace EtcdEdge.Server.Api.EtcdHttp;

/// <summary>Host names a cleartext HTTP request may carry (--host-whitelist), against DNS rebinding (CVE-2018-5702).</summary>
internal sealed class HostWhitelist(IReadOnlyList<string> hosts)
{
    private readonly bool _any = hosts.Count == 0 || hosts.Contains("*");

    public bool Allows(HostString host) => _any || hosts.Contains(host.Host);

    /// <summary>The response to a refused client: etcd's text, which names the flag.</summary>
    public static string Refusal(string host) => $"""

        etcd received your request, but the Host header was unrecognized.

        To fix this, choose one of the following options:
        - Enable TLS, then any HTTPS request will be allowed.
        - Add the hostname you want to use to the whitelist in settings.
          - e.g. etcd --host-whitelist "{host}"

        This requirement has been added to help prevent "DNS Rebinding" attacks (CVE-2018-5702).

        """;
}
