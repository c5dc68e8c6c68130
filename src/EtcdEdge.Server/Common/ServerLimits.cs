namespace EtcdEdge.Server.Common;

/// <summary>The limits of Base, each with its reason.</summary>
internal static class ServerLimits
{
    /// <summary>How long open calls may take to end when the server stops; systemd and etcd's users expect a stop within a second.</summary>
    public static readonly TimeSpan StopTimeout = TimeSpan.FromMilliseconds(700);

    /// <summary>What a message may weigh above --max-request-bytes before gRPC itself refuses it (etcd embed/serve.go grpcOverheadBytes).</summary>
    public const int GrpcOverheadBytes = 512 * 1024;

    /// <summary>How long clients wait for a member that has no quorum (etcd --wait-cluster-ready-timeout: 5 s).</summary>
    public static readonly TimeSpan ClusterReadyTimeout = TimeSpan.FromSeconds(5);
}
