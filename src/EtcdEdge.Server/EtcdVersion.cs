namespace EtcdEdge.Server;

/// <summary>
/// The etcd version this server stands for. Clients decide by it what they may use: kube-apiserver wants 3.5.13 or newer for progress
/// notifications, etcdctl prints it, the mixin's dashboards show it.
/// </summary>
public static class EtcdVersion
{
    /// <summary>Status.version and /version's etcdserver.</summary>
    public const string Server = "3.6.14";

    /// <summary>The version of the data layout, and the cluster version a new cluster settles on.</summary>
    public const string Cluster = "3.6.0";
}
