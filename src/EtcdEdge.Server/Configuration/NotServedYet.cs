namespace EtcdEdge.Server.Configuration;

/// <summary>
/// The one place that refuses what the options can say and this release cannot serve: TLS and more than one member. A server that
/// started anyway would talk in clear where the operator asked for TLS, or be one cluster where three were meant.
/// </summary>
internal static class NotServedYet
{
    public static IEnumerable<string> Complaints(ServerOptions options)
    {
        foreach (var (flag, url) in ListenUrls(options.Listen).Where(pair => pair.Url.IsTls))
        {
            yield return $"--{flag} {url}: TLS is not in this release; listen on http:// (on 127.0.0.1, or behind a TLS proxy)";
        }
        if (options.Cluster.InitialMembers.Count > 1)
        {
            yield return $"--initial-cluster names {options.Cluster.InitialMembers.Count} members; this release runs one";
        }
        if (options.Cluster.InitialClusterState == InitialClusterState.Existing)
        {
            yield return "--initial-cluster-state=existing: joining a cluster is not in this release; use \"new\", "
                + "which is ignored once there is data";
        }
    }

    private static IEnumerable<(string Flag, ListenUrl Url)> ListenUrls(ListenOptions listen) =>
    [
        .. listen.ClientUrls.Select(url => ("listen-client-urls", url)),
        .. listen.ClientHttpUrls.Select(url => ("listen-client-http-urls", url)),
        .. listen.MetricsUrls.Select(url => ("listen-metrics-urls", url)),
        .. listen.PeerUrls.Select(url => ("listen-peer-urls", url)),
    ];
}
