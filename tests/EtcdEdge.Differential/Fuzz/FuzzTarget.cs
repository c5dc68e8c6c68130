using EtcdEdge.Api;
using EtcdEdge.Api.Health;
using Google.Protobuf.Reflection;
using ElectionService = EtcdEdge.Api.Concurrency.Election;
using LockService = EtcdEdge.Api.Concurrency.Lock;

namespace EtcdEdge.Differential.Fuzz;

/// <summary>A method that is called, and its path below /v3/ at the gateway, or none.</summary>
/// <param name="Method">Where its messages are described.</param>
/// <param name="Path">The gateway's path.</param>
internal sealed record FuzzTarget(MethodDescriptor Method, string Path)
{
    /// <summary>Methods that wait for something: that they have not ended after a moment is no fault.</summary>
    private static readonly string[] s_waiting = ["Lock", "Campaign", "Observe", "Watch", "Snapshot"];

    /// <summary>
    /// Every method but those that do what they should and end the run with it: enabling auth, changing the members. What comes often comes from many
    /// rows.
    /// </summary>
    public static readonly FuzzTarget[] All =
    [
        .. Of(KV.Descriptor, "Range kv/range", "Range kv/range", "Put kv/put", "Put kv/put", "DeleteRange kv/deleterange", "Txn kv/txn", "Txn kv/txn",
            "Txn kv/txn", "Compact kv/compaction", "RangeStream"),
        .. Of(Watch.Descriptor, "Watch watch", "Watch watch"),
        .. Of(Lease.Descriptor, "LeaseGrant lease/grant", "LeaseRevoke lease/revoke", "LeaseRevoke kv/lease/revoke", "LeaseKeepAlive lease/keepalive",
            "LeaseTimeToLive lease/timetolive", "LeaseTimeToLive kv/lease/timetolive", "LeaseLeases lease/leases"),
        .. Of(Cluster.Descriptor, "MemberList cluster/member/list", "MemberPromote cluster/member/promote"),
        .. Of(Maintenance.Descriptor, "Alarm maintenance/alarm", "Status maintenance/status", "Hash maintenance/hash", "HashKV maintenance/hashkv",
            "MoveLeader maintenance/transfer-leadership", "Downgrade maintenance/downgrade", "Snapshot maintenance/snapshot"),
        .. Of(Auth.Descriptor, "AuthStatus auth/status", "AuthDisable auth/disable", "Authenticate auth/authenticate", "UserAdd auth/user/add",
            "UserGet auth/user/get", "UserList auth/user/list", "UserDelete auth/user/delete", "UserChangePassword auth/user/changepw",
            "UserGrantRole auth/user/grant", "UserRevokeRole auth/user/revoke", "RoleAdd auth/role/add", "RoleGet auth/role/get",
            "RoleList auth/role/list", "RoleDelete auth/role/delete", "RoleGrantPermission auth/role/grant",
            "RoleRevokePermission auth/role/revoke"),
        .. Of(LockService.Descriptor, "Lock lock/lock", "Unlock lock/unlock"),
        .. Of(ElectionService.Descriptor, "Campaign election/campaign", "Proclaim election/proclaim", "Leader election/leader",
            "Observe election/observe",
            "Resign election/resign"),
        .. Of(Health.Descriptor, "Check", "Watch"),
    ];

    public bool MayWait => s_waiting.Contains(Method.Name);

    private static IEnumerable<FuzzTarget> Of(ServiceDescriptor service, params string[] rows) => rows.Select(row => row.Split(' '))
        .Select(row => new FuzzTarget(service.FindMethodByName(row[0]), row.Length > 1 ? row[1] : ""));
}
