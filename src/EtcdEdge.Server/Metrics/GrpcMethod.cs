namespace EtcdEdge.Server.Metrics;

/// <summary>One method of the wire, as grpc-prometheus labels it.</summary>
/// <param name="Service">etcdserverpb.KV and so on.</param>
/// <param name="Name">Put and so on.</param>
/// <param name="Type">unary, server_stream, client_stream or bidi_stream.</param>
internal sealed record GrpcMethod(string Service, string Name, string Type)
{
    /// <summary>Every method the server offers. A test compares them with the protos.</summary>
    public static IReadOnlyList<GrpcMethod> All { get; } =
    [
        .. Unary("etcdserverpb.KV", "Range", "Put", "DeleteRange", "Txn", "Compact"),
        new("etcdserverpb.KV", "RangeStream", "server_stream"),
        new("etcdserverpb.Watch", "Watch", "bidi_stream"),
        .. Unary("etcdserverpb.Lease", "LeaseGrant", "LeaseRevoke", "LeaseTimeToLive", "LeaseLeases"),
        new("etcdserverpb.Lease", "LeaseKeepAlive", "bidi_stream"),
        .. Unary("etcdserverpb.Cluster", "MemberAdd", "MemberRemove", "MemberUpdate", "MemberList", "MemberPromote"),
        .. Unary("etcdserverpb.Maintenance", "Alarm", "Status", "Defragment", "Hash", "HashKV", "MoveLeader", "Downgrade"),
        new("etcdserverpb.Maintenance", "Snapshot", "server_stream"),
        .. Unary("etcdserverpb.Auth", "AuthEnable", "AuthDisable", "AuthStatus", "Authenticate", "UserAdd", "UserGet", "UserList", "UserDelete",
            "UserChangePassword", "UserGrantRole", "UserRevokeRole", "RoleAdd", "RoleGet", "RoleList", "RoleDelete", "RoleGrantPermission",
            "RoleRevokePermission"),
        .. Unary("v3lockpb.Lock", "Lock", "Unlock"),
        .. Unary("v3electionpb.Election", "Campaign", "Proclaim", "Leader", "Resign"),
        new("v3electionpb.Election", "Observe", "server_stream"),
        .. Unary("grpc.health.v1.Health", "Check"),
        new("grpc.health.v1.Health", "Watch", "server_stream"),
    ];

    /// <summary>"/service/method", as the request's path has it.</summary>
    public string Path => $"/{Service}/{Name}";

    public string Labels => PrometheusText.Labels(("grpc_method", Name), ("grpc_service", Service), ("grpc_type", Type));

    private static IEnumerable<GrpcMethod> Unary(string service, params string[] names) =>
        names.Select(name => new GrpcMethod(service, name, "unary"));
}
