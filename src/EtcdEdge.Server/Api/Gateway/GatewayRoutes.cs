using System.Collections.Frozen;
using EtcdEdge.Api;
using EtcdEdge.Server.Api.Rpc;
using Google.Protobuf.Reflection;
using ElectionService = EtcdEdge.Api.Concurrency.Election;
using LockService = EtcdEdge.Api.Concurrency.Lock;

namespace EtcdEdge.Server.Api.Gateway;

/// <summary>The gateway's paths, all POST: the <c>google.api.http</c> options of etcd's rpc.proto, v3lock.proto and v3election.proto.</summary>
internal static class GatewayRoutes
{
    private static readonly (string Path, string Service, string Method)[] _rows =
    [
        .. Of("KV", ("kv/range", "Range"), ("kv/put", "Put"), ("kv/deleterange", "DeleteRange"), ("kv/txn", "Txn"), ("kv/compaction", "Compact")),
        .. Of("Watch", ("watch", "Watch")),
        .. Of("Lease",
            ("lease/grant", "LeaseGrant"), ("lease/revoke", "LeaseRevoke"), ("kv/lease/revoke", "LeaseRevoke"), ("lease/keepalive", "LeaseKeepAlive"),
            ("lease/timetolive", "LeaseTimeToLive"), ("kv/lease/timetolive", "LeaseTimeToLive"), ("lease/leases", "LeaseLeases"),
            ("kv/lease/leases", "LeaseLeases")),
        .. Of("Cluster",
            ("cluster/member/add", "MemberAdd"), ("cluster/member/remove", "MemberRemove"), ("cluster/member/update", "MemberUpdate"),
            ("cluster/member/list", "MemberList"), ("cluster/member/promote", "MemberPromote")),
        .. Of("Maintenance",
            ("maintenance/alarm", "Alarm"), ("maintenance/status", "Status"), ("maintenance/defragment", "Defragment"), ("maintenance/hash", "Hash"),
            ("maintenance/hashkv", "HashKV"), ("maintenance/snapshot", "Snapshot"), ("maintenance/transfer-leadership", "MoveLeader"),
            ("maintenance/downgrade", "Downgrade")),
        .. Of("Auth",
            ("auth/enable", "AuthEnable"), ("auth/disable", "AuthDisable"), ("auth/status", "AuthStatus"), ("auth/authenticate", "Authenticate"),
            ("auth/user/add", "UserAdd"), ("auth/user/get", "UserGet"), ("auth/user/list", "UserList"), ("auth/user/delete", "UserDelete"),
            ("auth/user/changepw", "UserChangePassword"), ("auth/user/grant", "UserGrantRole"), ("auth/user/revoke", "UserRevokeRole"),
            ("auth/role/add", "RoleAdd"), ("auth/role/get", "RoleGet"), ("auth/role/list", "RoleList"), ("auth/role/delete", "RoleDelete"),
            ("auth/role/grant", "RoleGrantPermission"), ("auth/role/revoke", "RoleRevokePermission")),
        .. Of("Lock", ("lock/lock", "Lock"), ("lock/unlock", "Unlock")),
        .. Of("Election",
            ("election/campaign", "Campaign"), ("election/proclaim", "Proclaim"), ("election/leader", "Leader"), ("election/observe", "Observe"),
            ("election/resign", "Resign")),
    ];

    private static readonly ServiceDescriptor[] _services =
    [
        KV.Descriptor, EtcdEdge.Api.Watch.Descriptor, EtcdEdge.Api.Lease.Descriptor, EtcdEdge.Api.Cluster.Descriptor, Maintenance.Descriptor,
        EtcdEdge.Api.Auth.Descriptor, LockService.Descriptor, ElectionService.Descriptor,
    ];

    /// <summary>All paths, "/v3/kv/put".</summary>
    public static IEnumerable<string> Paths => _rows.Select(row => row.Path);

    /// <summary>The route of every path, with the methods that are bound.</summary>
    public static FrozenDictionary<string, GatewayRoute> Build(IReadOnlyDictionary<string, BoundMethod> methods)
    {
        var services = _services.ToDictionary(service => service.Name, StringComparer.Ordinal);
        var known = new Dictionary<string, MessageShape>(StringComparer.Ordinal);
        return _rows.ToFrozenDictionary(row => row.Path, row => Route(services[row.Service].FindMethodByName(row.Method), methods, known));
    }

    private static GatewayRoute Route(
        MethodDescriptor method, IReadOnlyDictionary<string, BoundMethod> methods, Dictionary<string, MessageShape> known)
    {
        var path = $"/{method.Service.FullName}/{method.Name}";
        var (request, response) = (MessageShape.Of(method.InputType, known), MessageShape.Of(method.OutputType, known));
        return new GatewayRoute(path, methods.GetValueOrDefault(path), request, response, method.IsServerStreaming);
    }

    private static IEnumerable<(string Path, string Service, string Method)> Of(string service, params (string Path, string Method)[] rows) =>
        rows.Select(row => ("/v3/" + row.Path, service, row.Method));
}
