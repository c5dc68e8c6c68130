namespace EtcdEdge.Server.Configuration;

/// <summary>
/// The one place that refuses what the options can say and this release cannot serve. A server that started anyway would be a cluster of its
/// own where the operator meant it to join another.
/// </summary>
internal static class NotServedYet
{
    public static IEnumerable<string> Complaints(ServerOptions options)
    {
        if (options.Cluster.InitialClusterState == InitialClusterState.Existing)
        {
            yield return "--initial-cluster-state=existing: joining a cluster is not in this release; use \"new\", "
                + "which is ignored once there is data";
        }
    }
}
