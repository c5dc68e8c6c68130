using EtcdEdge.Api;
using EtcdEdge.Api.Concurrency;
using Google.Protobuf;

namespace EtcdEdge.Differential.Fuzz;

/// <summary>
/// Valid messages to start from. Left out is what works as it should and ends the run: enabling auth, changing the members, waiting for a lock.
/// </summary>
internal static class Samples
{
    private static readonly PutRequest Put = new() { Key = Bytes("k"), Value = Bytes("v"), Lease = 1, PrevKv = true };
    private static readonly RangeRequest Range = new() { Key = Bytes("a"), RangeEnd = Bytes("z"), Limit = 3, SortTarget = RangeRequest.Types.SortTarget.Mod };

    /// <summary>A method's gRPC path, its path at the gateway, and a request.</summary>
    public static readonly (string Method, string Path, IMessage Request)[] All =
    [
        ("etcdserverpb.KV/Put", "kv/put", Put),
        ("etcdserverpb.KV/Range", "kv/range", Range),
        ("etcdserverpb.KV/DeleteRange", "kv/deleterange", new DeleteRangeRequest { Key = Bytes("k"), RangeEnd = Bytes("m"), PrevKv = true }),
        ("etcdserverpb.KV/Txn", "kv/txn", Txn()),
        ("etcdserverpb.KV/Compact", "kv/compaction", new CompactionRequest { Revision = 3, Physical = true }),
        ("etcdserverpb.Lease/LeaseGrant", "lease/grant", new LeaseGrantRequest { TTL = 60, ID = 1 }),
        ("etcdserverpb.Lease/LeaseRevoke", "lease/revoke", new LeaseRevokeRequest { ID = 1 }),
        ("etcdserverpb.Lease/LeaseTimeToLive", "lease/timetolive", new LeaseTimeToLiveRequest { ID = 1, Keys = true }),
        ("etcdserverpb.Maintenance/HashKV", "maintenance/hashkv", new HashKVRequest { Revision = 2 }),
        ("etcdserverpb.Maintenance/Status", "maintenance/status", new StatusRequest()),
        ("etcdserverpb.Cluster/MemberList", "cluster/member/list", new MemberListRequest { Linearizable = true }),
        ("etcdserverpb.Auth/UserAdd", "auth/user/add", new AuthUserAddRequest { Name = "u", Options = new() { NoPassword = true } }),
        ("etcdserverpb.Auth/RoleAdd", "auth/role/add", new AuthRoleAddRequest { Name = "r" }),
        ("etcdserverpb.Auth/RoleGrantPermission", "auth/role/grant",
            new AuthRoleGrantPermissionRequest { Name = "r", Perm = new Permission { Key = Bytes("a"), RangeEnd = Bytes("b") } }),
        ("v3electionpb.Election/Leader", "election/leader", new LeaderRequest { Name = Bytes("e") }),
        ("v3lockpb.Lock/Unlock", "lock/unlock", new UnlockRequest { Key = Bytes("l") }),
    ];

    private static TxnRequest Txn() => new()
    {
        Compare = { new Compare { Key = Bytes("k"), Target = Compare.Types.CompareTarget.Version, Result = Compare.Types.CompareResult.Greater } },
        Success = { new RequestOp { RequestPut = Put }, new RequestOp { RequestTxn = new TxnRequest { Failure = { new RequestOp { RequestRange = Range } } } } },
        Failure = { new RequestOp { RequestDeleteRange = new DeleteRangeRequest { Key = Bytes("k") } } },
    };

    private static ByteString Bytes(string text) => ByteString.CopyFromUtf8(text);
}
