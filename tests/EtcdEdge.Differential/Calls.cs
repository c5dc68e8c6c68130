namespace EtcdEdge.Differential;

/// <summary>What kind of calls a sequence consists of.</summary>
internal enum Calls
{
    /// <summary>KV, watch, lease, cluster, maintenance over gRPC.</summary>
    Api,

    /// <summary>Users, roles, locks and elections over gRPC.</summary>
    Auth,

    /// <summary>The JSON gateway over HTTP.</summary>
    Gateway,
}
