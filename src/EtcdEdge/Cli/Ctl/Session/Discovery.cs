using EtcdEdge.Cli.Ctl.Common;

namespace EtcdEdge.Cli.Ctl.Session;

/// <summary>Endpoints from the DNS SRV records of a domain (etcd client/pkg/srv).</summary>
internal static class Discovery
{
    /// <summary>Null when no domain is given.</summary>
    /// <exception cref="CliFailure">When the records cannot be found.</exception>
    public static string[]? Endpoints(CliCall call)
    {
        var domain = call.Text("discovery-srv");
        if (domain.Length == 0)
        {
            return null;
        }

        var suffix = call.Text("discovery-srv-name") is { Length: > 0 } name ? "-" + name : "";
        var problems = new List<string>();
        var secure = Query("https", $"_etcd-client-ssl{suffix}._tcp.{domain}", problems);
        var insecure = Query("http", $"_etcd-client{suffix}._tcp.{domain}", problems);
        if (secure.Length + insecure.Length == 0)
        {
            throw new CliFailure(CliFailure.Error, $"dns lookup errors: {string.Join(" and ", problems)}");
        }

        if (call.IsOn("insecure-discovery"))
        {
            return [.. secure, .. insecure];
        }

        foreach (var endpoint in insecure)
        {
            CtlConsole.Error.WriteLine($"ignoring discovered insecure endpoint {GoText.Quote(endpoint)}");
        }

        return secure;
    }

    private static string[] Query(string scheme, string name, List<string> problems)
    {
        try
        {
            return [.. SrvLookup.Query(name).Select(record => $"{scheme}://{record.Host}:{record.Port}")];
        }
        catch (IOException failure)
        {
            problems.Add(failure.Message);
            return [];
        }
    }
}
