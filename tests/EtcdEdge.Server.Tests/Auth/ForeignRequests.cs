using EtcdEdge.Api;
using EtcdEdge.Api.Concurrency;
using Google.Protobuf;

namespace EtcdEdge.Server.Tests.Auth;

/// <summary>
/// Everything that may be asked about a key "z", a user "bob" or a role "r" by somebody whose they are not, with the gateway's path where there is
/// one.
/// </summary>
internal static class ForeignRequests
{
    private static readonly ByteString s_everything = ByteString.CopyFrom(0);

    /// <summary>What is refused to who has no right to it.</summary>
    public static readonly (string Method, string Path, IMessage Request)[] All =
        [.. Kv(), .. Txns(), .. Watches(), .. Lines(), .. Maintenance(), .. Cluster(), .. Users(), .. Roles()];

    /// <summary>What every user may ask, but nobody who is none: leases, as far as their keys allow, and how the cluster is.</summary>
    public static readonly (string Method, string Path, IMessage Request)[] OfUsers =
    [
        ("etcdserverpb.Lease/LeaseGrant", "lease/grant", new LeaseGrantRequest { ID = 98, TTL = 600 }),
        .. LeaseCalls(97), .. LeaseCalls(99),
        ("etcdserverpb.Lease/LeaseLeases", "lease/leases", new LeaseLeasesRequest()),
        ("etcdserverpb.Cluster/MemberList", "cluster/member/list", new MemberListRequest()),
        ("etcdserverpb.Cluster/MemberList", "cluster/member/list", new MemberListRequest { Linearizable = true }),
        ("etcdserverpb.Maintenance/Status", "maintenance/status", new StatusRequest()),
        ("etcdserverpb.Maintenance/Alarm", "maintenance/alarm", new AlarmRequest()),
    ];

    /// <summary>What anybody may ask: to become a user, and whether the server lives.</summary>
    public static readonly string[] OfAnybody = ["etcdserverpb.Auth/Authenticate", "grpc.health.v1.Health/Check", "grpc.health.v1.Health/Watch"];

    private static (string Method, string Path, IMessage Request)[] LeaseCalls(long id) =>
    [
        ("etcdserverpb.Lease/LeaseRevoke", "lease/revoke", new LeaseRevokeRequest { ID = id }),
        ("etcdserverpb.Lease/LeaseKeepAlive", "lease/keepalive", new LeaseKeepAliveRequest { ID = id }),
        ("etcdserverpb.Lease/LeaseTimeToLive", "lease/timetolive", new LeaseTimeToLiveRequest { ID = id }),
        ("etcdserverpb.Lease/LeaseTimeToLive", "lease/timetolive", new LeaseTimeToLiveRequest { ID = id, Keys = true }),
    ];

    private static IEnumerable<(string Method, string Path, IMessage Request)> Kv()
    {
        RangeRequest[] ranges =
        [
            new() { Key = Bytes("z") }, new() { Key = Bytes("z"), CountOnly = true }, new() { Key = Bytes("z"), KeysOnly = true },
            new() { Key = Bytes("z"), Serializable = true }, new() { Key = Bytes("z"), Revision = 1 }, new() { Key = Bytes("z"), MinModRevision = 1 },
            new() { Key = Bytes("z"), RangeEnd = Bytes("{"), CountOnly = true }, new() { Key = Bytes("z"), RangeEnd = s_everything, Limit = 1 },
            new() { Key = s_everything, RangeEnd = s_everything, CountOnly = true },
            new() { Key = Bytes("a"), RangeEnd = Bytes("zz"), KeysOnly = true },
            new() { Key = Bytes("z"), RangeEnd = Bytes("a"), CountOnly = true }, new() { Key = Bytes("a"), RangeEnd = s_everything },
            new() { Key = Bytes("z"), Revision = 1_000_000 },
        ];
        foreach (var range in ranges)
        {
            yield return ("etcdserverpb.KV/Range", "kv/range", range);
            if (range.MinModRevision == 0)
            {
                yield return ("etcdserverpb.KV/RangeStream", "", range);
            }
        }

        PutRequest[] puts =
        [
            new() { Key = Bytes("z") }, new() { Key = Bytes("z"), IgnoreValue = true }, new() { Key = Bytes("z"), IgnoreLease = true },
            new() { Key = Bytes("z"), Lease = 99 },
        ];
        foreach (var put in puts)
        {
            yield return ("etcdserverpb.KV/Put", "kv/put", put);
        }

        foreach (var delete in (DeleteRangeRequest[])[Delete("z"), Delete("z", "{"), Delete("a", "zz"), Delete("a", "\0"), Delete("\0", "\0")])
        {
            yield return ("etcdserverpb.KV/DeleteRange", "kv/deleterange", delete);
        }

        yield return ("etcdserverpb.KV/Compact", "kv/compaction", new CompactionRequest { Revision = 1 });
    }

    /// <summary>Also what is not run tells by which branch was taken: each request is allowed but for one operation.</summary>
    private static IEnumerable<(string Method, string Path, IMessage Request)> Txns()
    {
        RequestOp[] operations =
        [
            new() { RequestRange = new RangeRequest { Key = Bytes("z"), CountOnly = true } },
            new() { RequestPut = new PutRequest { Key = Bytes("z") } },
            new() { RequestDeleteRange = Delete("z") }, new() { RequestDeleteRange = Delete("a", "\0") },
            new() { RequestTxn = new TxnRequest { Compare = { Exists("z") } } },
        ];
        TxnRequest[] transactions =
        [
            new() { Compare = { Exists("z") } }, new() { Compare = { Exists("a", "zz") } }, new() { Compare = { Exists("a", "\0") } },
            new() { Compare = { Exists("a"), Exists("z") }, Failure = { PutA() } },
            .. operations.Select(operation => new TxnRequest { Success = { PutA(), operation } }),
            .. operations.Select(operation => new TxnRequest { Compare = { Exists("a") }, Failure = { operation } }),
            .. operations.Select(operation => new TxnRequest { Failure = { Nested(Nested(operation)) } }),
        ];
        return transactions.Select(transaction => ("etcdserverpb.KV/Txn", "kv/txn", (IMessage)transaction));
    }

    private static IEnumerable<(string Method, string Path, IMessage Request)> Watches()
    {
        WatchCreateRequest[] watches =
        [
            new() { Key = Bytes("z") }, new() { Key = Bytes("z"), PrevKv = true, StartRevision = 1 },
            new() { Key = Bytes("z"), RangeEnd = s_everything }, new() { Key = s_everything, RangeEnd = s_everything },
            new() { RangeEnd = s_everything }, new() { Key = Bytes("a"), RangeEnd = Bytes("zz") },
            new() { Key = Bytes("z"), ProgressNotify = true, Filters = { WatchCreateRequest.Types.FilterType.Noput } },
        ];
        return watches.Select(watch => ("etcdserverpb.Watch/Watch", "watch", (IMessage)new WatchRequest { CreateRequest = watch }));
    }

    private static (string Method, string Path, IMessage Request)[] Lines()
    {
        var leader = new LeaderKey { Name = Bytes("z"), Key = Bytes("z/1"), Rev = 1, Lease = 99 };
        return
        [
            ("v3lockpb.Lock/Lock", "lock/lock", new LockRequest { Name = Bytes("z") }),
            ("v3lockpb.Lock/Unlock", "lock/unlock", new UnlockRequest { Key = Bytes("z/1") }),
            ("v3electionpb.Election/Campaign", "election/campaign", new CampaignRequest { Name = Bytes("z") }),
            ("v3electionpb.Election/Proclaim", "election/proclaim", new ProclaimRequest { Leader = leader }),
            ("v3electionpb.Election/Resign", "election/resign", new ResignRequest { Leader = leader }),
            ("v3electionpb.Election/Leader", "election/leader", new LeaderRequest { Name = Bytes("z") }),
            ("v3electionpb.Election/Observe", "election/observe", new LeaderRequest { Name = Bytes("z") }),
        ];
    }

    private static (string Method, string Path, IMessage Request)[] Maintenance() =>
    [
        ("etcdserverpb.Maintenance/Hash", "maintenance/hash", new HashRequest()),
        ("etcdserverpb.Maintenance/HashKV", "maintenance/hashkv", new HashKVRequest()),
        ("etcdserverpb.Maintenance/Snapshot", "maintenance/snapshot", new SnapshotRequest()),
        ("etcdserverpb.Maintenance/Defragment", "maintenance/defragment", new DefragmentRequest()),
        ("etcdserverpb.Maintenance/Alarm", "maintenance/alarm", new AlarmRequest { Action = AlarmRequest.Types.AlarmAction.Activate }),
        ("etcdserverpb.Maintenance/Alarm", "maintenance/alarm", new AlarmRequest { Action = AlarmRequest.Types.AlarmAction.Deactivate }),
        ("etcdserverpb.Maintenance/MoveLeader", "maintenance/transfer-leadership", new MoveLeaderRequest { TargetID = 1 }),
        .. Enum.GetValues<DowngradeRequest.Types.DowngradeAction>().Select(action =>
            ("etcdserverpb.Maintenance/Downgrade", "maintenance/downgrade", (IMessage)new DowngradeRequest { Action = action, Version = "3.5" })),
    ];

    private static (string Method, string Path, IMessage Request)[] Cluster() =>
    [
        ("etcdserverpb.Cluster/MemberAdd", "cluster/member/add", new MemberAddRequest { PeerURLs = { "http://127.0.0.1:1" } }),
        ("etcdserverpb.Cluster/MemberRemove", "cluster/member/remove", new MemberRemoveRequest { ID = 1 }),
        ("etcdserverpb.Cluster/MemberUpdate", "cluster/member/update", new MemberUpdateRequest { ID = 1, PeerURLs = { "http://127.0.0.1:1" } }),
        ("etcdserverpb.Cluster/MemberPromote", "cluster/member/promote", new MemberPromoteRequest { ID = 1 }),
    ];

    private static (string Method, string Path, IMessage Request)[] Users() =>
    [
        ("etcdserverpb.Auth/AuthEnable", "auth/enable", new AuthEnableRequest()),
        ("etcdserverpb.Auth/AuthDisable", "auth/disable", new AuthDisableRequest()),
        ("etcdserverpb.Auth/AuthStatus", "auth/status", new AuthStatusRequest()),
        ("etcdserverpb.Auth/UserGet", "auth/user/get", new AuthUserGetRequest { Name = "bob" }),
        ("etcdserverpb.Auth/UserList", "auth/user/list", new AuthUserListRequest()),
        ("etcdserverpb.Auth/UserAdd", "auth/user/add", new AuthUserAddRequest { Name = "bob", Password = "p" }),
        // Longer than bcrypt takes: who may not change users is not told so, and costs no hash.
        ("etcdserverpb.Auth/UserAdd", "auth/user/add", new AuthUserAddRequest { Name = "bob", Password = new string('p', 73) }),
        ("etcdserverpb.Auth/UserChangePassword", "auth/user/changepw",
            new AuthUserChangePasswordRequest { Name = "bob", Password = new string('p', 73) }),
        ("etcdserverpb.Auth/UserDelete", "auth/user/delete", new AuthUserDeleteRequest { Name = "bob" }),
        ("etcdserverpb.Auth/UserChangePassword", "auth/user/changepw", new AuthUserChangePasswordRequest { Name = "bob", Password = "p" }),
        ("etcdserverpb.Auth/UserGrantRole", "auth/user/grant", new AuthUserGrantRoleRequest { User = "bob", Role = "r" }),
        ("etcdserverpb.Auth/UserRevokeRole", "auth/user/revoke", new AuthUserRevokeRoleRequest { Name = "bob", Role = "r" }),
    ];

    private static (string Method, string Path, IMessage Request)[] Roles() =>
    [
        ("etcdserverpb.Auth/RoleGet", "auth/role/get", new AuthRoleGetRequest { Role = "r" }),
        ("etcdserverpb.Auth/RoleList", "auth/role/list", new AuthRoleListRequest()),
        ("etcdserverpb.Auth/RoleAdd", "auth/role/add", new AuthRoleAddRequest { Name = "r" }),
        ("etcdserverpb.Auth/RoleDelete", "auth/role/delete", new AuthRoleDeleteRequest { Role = "r" }),
        ("etcdserverpb.Auth/RoleGrantPermission", "auth/role/grant",
            new AuthRoleGrantPermissionRequest { Name = "r", Perm = new Permission { Key = Bytes("z") } }),
        ("etcdserverpb.Auth/RoleRevokePermission", "auth/role/revoke", new AuthRoleRevokePermissionRequest { Role = "r", Key = Bytes("z") }),
    ];

    private static DeleteRangeRequest Delete(string key, string end = "") => new() { Key = Bytes(key), RangeEnd = Bytes(end), PrevKv = true };

    private static Compare Exists(string key, string end = "") => new()
    {
        Key = Bytes(key),
        RangeEnd = Bytes(end),
        Target = Compare.Types.CompareTarget.Version,
        Result = Compare.Types.CompareResult.Greater,
    };

    private static RequestOp PutA() => new() { RequestPut = new PutRequest { Key = Bytes("a") } };

    private static RequestOp Nested(RequestOp operation) => new() { RequestTxn = new TxnRequest { Success = { operation } } };

    private static ByteString Bytes(string text) => ByteString.CopyFromUtf8(text);
}
