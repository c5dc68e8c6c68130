namespace EtcdEdge.Server.Configuration;

/// <summary>
/// The one place that refuses what the options can say and this release cannot serve: more than one member. A server that started
/// anyway would be one cluster where three were meant.
/// </summary>
internal static class NotServedYet
{
    public static IEnumerable<string> Complaints(ServerOptions options)
    {
        foreach (var url in options.Listen.PeerUrls.Where(url => url.IsTls))
        {
            yield return $"--listen-peer-urls {url}: peers are not in this release; listen on http://";
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
}
