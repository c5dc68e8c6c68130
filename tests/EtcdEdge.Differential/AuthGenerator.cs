using EtcdEdge.Api;
using EtcdEdge.Api.Concurrency;
using Google.Protobuf;

namespace EtcdEdge.Differential;

/// <summary>
/// Users, roles, permissions and tokens come and go while their users put, read, delete, lease, lock and campaign. Nothing here waits: each name is
/// locked by one lease only. Passwords, keys and names are few, so that they meet.
/// </summary>
internal sealed class AuthGenerator(int seed) : IGenerator
{
    private const string Nobody = "";
    private static readonly string[] s_users = ["root", "alice", "bob"];
    private static readonly string[] s_roles = ["r1", "r2", "r3"];
    private readonly Random _random = new(seed);
    private readonly Queue<Step> _planned = new(Beginning());

    public Step Next() => _planned.TryDequeue(out var planned) ? planned : _random.Next(100) switch
    {
        < 22 => AnyChange(),
        < 32 => AnyLook(),
        < 52 => AnyIdentity(),
        < 78 => AnyKeyStep(),
        < 86 => AnyLeaseStep(),
        < 90 => AnyMaintenanceStep(),
        _ => AnyTurn(),
    };

    public IEnumerable<Step> Closing() =>
    [
        Authenticate("root", "pw-root"), Become("root"), ListUsers(), ListRoles(),
        .. s_users.Select(user => Get(user)), .. s_roles.Select(role => GetRole(role)), Status(), Range(Key("\0"), Key("\0"), false),
    ];

    private static IEnumerable<Step> Beginning() =>
    [
        Enable(), Add("root", "pw-root"), Enable(), Grant("root", "root"), .. s_users[1..].Select(user => Add(user, "pw-" + user)),
        .. s_roles.Select(AddRole), Enable(), Authenticate("root", "pw-root"), Become("root"),
    ];

    private Step AnyChange() => _random.Next(12) switch
    {
        0 => Add(AnyUser(), "pw-" + AnyUser()),
        1 => Step.Unary("Auth/UserDelete", new AuthUserDeleteRequest { Name = AnyUser() }, (s, r, o) => s.Auth.UserDeleteAsync(r, o)),
        2 => ChangePassword(),
        3 or 4 => Grant(AnyUser(), AnyRole()),
        5 => Step.Unary("Auth/UserRevokeRole", new AuthUserRevokeRoleRequest { Name = AnyUser(), Role = AnyRole() }, (s, r, o) =>
            s.Auth.UserRevokeRoleAsync(r, o)),
        6 => AddRole(AnyRole()),
        7 => Step.Unary("Auth/RoleDelete", new AuthRoleDeleteRequest { Role = AnyRole() }, (s, r, o) => s.Auth.RoleDeleteAsync(r, o)),
        8 or 9 => Allow(),
        10 => Forbid(),
        _ => Chance(30) ? Step.Unary("Auth/AuthDisable", new AuthDisableRequest(), (s, r, o) => s.Auth.AuthDisableAsync(r, o)) : Enable(),
    };

    private Step AnyLook() => _random.Next(5) switch
    {
        0 => Get(AnyUser()),
        1 => GetRole(s_roles[_random.Next(s_roles.Length)]),
        2 => ListUsers(),
        3 => ListRoles(),
        _ => Status(),
    };

    private Step AnyIdentity() => _random.Next(10) switch
    {
        < 4 => Authenticate(AnyUser(), Chance(85) ? "pw-" + AnyUser() : ""),
        4 => Become(Nobody),
        5 => Become("forged"),
        6 or 7 => Become("root"),
        _ => Become(AnyUser()),
    };

    private Step AnyKeyStep() => _random.Next(5) switch
    {
        0 or 1 => Put(AnyPut()),
        2 => Range(AnyKey(), AnyEnd(), Chance(20)),
        3 => Step.Unary("KV/DeleteRange", AnyDelete(), (s, r, o) => s.Kv.DeleteRangeAsync(r, o)),
        _ => Step.Unary("KV/Txn", AnyTxn(1), (s, r, o) => s.Kv.TxnAsync(r, o)),
    };

    private Step AnyLeaseStep() => _random.Next(4) switch
    {
        0 => Step.Unary("Lease/LeaseGrant", new LeaseGrantRequest { ID = AnyLease(), TTL = 5_000 }, (s, r, o) => s.Lease.LeaseGrantAsync(r, o)),
        1 => Step.Unary("Lease/LeaseRevoke", new LeaseRevokeRequest { ID = AnyLease() }, (s, r, o) => s.Lease.LeaseRevokeAsync(r, o)),
        2 => Step.Unary("Lease/LeaseTimeToLive", new LeaseTimeToLiveRequest { ID = AnyLease(), Keys = Chance(60) }, (s, r, o) =>
            s.Lease.LeaseTimeToLiveAsync(r, o)),
        _ => Step.Unary("Lease/LeaseLeases", new LeaseLeasesRequest(), (s, r, o) => s.Lease.LeaseLeasesAsync(r, o)),
    };

    /// <summary>
    /// What changes nothing if it is allowed. The calls that etcd 3.5 refuses in its own way are left out (<see cref="KnownDifferences"/>).
    /// </summary>
    private Step AnyMaintenanceStep() => _random.Next(7) switch
    {
        0 => Step.Unary("Cluster/MemberList", new MemberListRequest { Linearizable = Chance(50) }, (s, r, o) => s.Cluster.MemberListAsync(r, o)),
        1 => Step.Unary("Cluster/MemberRemove", new MemberRemoveRequest { ID = 5 }, (s, r, o) => s.Cluster.MemberRemoveAsync(r, o)),
        2 => Step.Unary("Cluster/MemberPromote", new MemberPromoteRequest { ID = 5 }, (s, r, o) => s.Cluster.MemberPromoteAsync(r, o)),
        3 => Step.Unary("Maintenance/MoveLeader", new MoveLeaderRequest { TargetID = 5 }, (s, r, o) => s.Maintenance.MoveLeaderAsync(r, o)),
        4 => Alarm(AlarmRequest.Types.AlarmAction.Get),
        5 => Alarm(AlarmRequest.Types.AlarmAction.Deactivate),
        _ => Step.Unary("KV/Compact", new CompactionRequest { Revision = _random.Next(1, 40) }, (s, r, o) => s.Kv.CompactAsync(r, o)),
    };

    private static Step Alarm(AlarmRequest.Types.AlarmAction action) => Step.Unary(
        "Maintenance/Alarm", new AlarmRequest { Action = action, MemberID = 5, Alarm = AlarmType.Corrupt }, (s, r, o) =>
            s.Maintenance.AlarmAsync(r, o));

    /// <summary>Locks and elections; a name's one lease is its number.</summary>
    private Step AnyTurn()
    {
        var number = _random.Next(1, 4);
        return _random.Next(7) switch
        {
            0 => Step.Unary("Lock/Lock", new LockRequest { Name = Key($"a{number}"), Lease = number }, (s, r, o) => s.Lock.LockAsync(r, o)),
            1 => Step.Unary("Lock/Unlock", new UnlockRequest { Key = Key($"a{number}/{number}") }, (s, r, o) => s.Lock.UnlockAsync(r, o)),
            2 => Campaign($"b{number}", number),
            3 => ByLeader("Election/Proclaim", $"b{number}", (s, leader, o) =>
                s.Election.ProclaimAsync(new ProclaimRequest { Leader = leader, Value = Key($"p{number}") }, o).ResponseAsync),
            4 => ByLeader("Election/Resign", $"b{number}", (s, leader, o) => s.Election.ResignAsync(new ResignRequest { Leader = leader }, o)
                .ResponseAsync),
            5 => Step.Unary("Election/Proclaim", new ProclaimRequest { Value = Key("x") }, (s, r, o) => s.Election.ProclaimAsync(r, o)),
            _ => Step.Unary("Election/Leader", new LeaderRequest { Name = Key($"b{number}") }, (s, r, o) => s.Election.LeaderAsync(r, o)),
        };
    }

    private Step Campaign(string name, int lease)
    {
        var request = new CampaignRequest { Name = Key(name), Lease = lease, Value = Key($"v{_random.Next(3)}") };
        return new Step("Election/Campaign", AnswerText.Of(request), async (session, cancel) =>
        {
            var won = await session.Election.CampaignAsync(request, session.Options(cancel));
            session.Leaders[name] = won.Leader;
            return AnswerText.Of(won);
        });
    }

    private static Step ByLeader<T>(string method, string name, Func<Session, LeaderKey, Grpc.Core.CallOptions, Task<T>> call)
        where T : IMessage =>
        new(method, name, async (session, cancel) => session.Leaders.TryGetValue(name, out var leader)
            ? AnswerText.Of(await call(session, leader, session.Options(cancel)))
            : "never won");

    /// <summary>From here on calls come from this user, with its newest token; from nobody; or with a token that was never given.</summary>
    private static Step Become(string user) => new("become", user, (session, _) =>
    {
        session.Token = user.Length == 0 ? null : session.Tokens.GetValueOrDefault(user, "forgedforgedforg.1");
        return Task.FromResult("");
    });

    private static Step Authenticate(string user, string password)
    {
        var request = new AuthenticateRequest { Name = user, Password = password };
        return new Step("Auth/Authenticate", AnswerText.Of(request), async (session, cancel) =>
        {
            var answer = await session.Auth.AuthenticateAsync(request, cancellationToken: cancel);
            session.Tokens[user] = answer.Token;
            return AnswerText.Of(answer);
        });
    }

    private static Step Enable() => Step.Unary("Auth/AuthEnable", new AuthEnableRequest(), (s, r, o) => s.Auth.AuthEnableAsync(r, o));

    private static Step Add(string user, string password) =>
        Step.Unary("Auth/UserAdd", new AuthUserAddRequest { Name = user, Password = password }, (s, r, o) => s.Auth.UserAddAsync(r, o));

    private static Step Grant(string user, string role) =>
        Step.Unary("Auth/UserGrantRole", new AuthUserGrantRoleRequest { User = user, Role = role }, (s, r, o) => s.Auth.UserGrantRoleAsync(r, o));

    private static Step AddRole(string role) =>
        Step.Unary("Auth/RoleAdd", new AuthRoleAddRequest { Name = role }, (s, r, o) => s.Auth.RoleAddAsync(r, o));

    private static Step Get(string user) =>
        Step.Unary("Auth/UserGet", new AuthUserGetRequest { Name = user }, (s, r, o) => s.Auth.UserGetAsync(r, o));

    private static Step GetRole(string role) =>
        Step.Unary("Auth/RoleGet", new AuthRoleGetRequest { Role = role }, (s, r, o) => s.Auth.RoleGetAsync(r, o));

    private static Step ListUsers() => Step.Unary("Auth/UserList", new AuthUserListRequest(), (s, r, o) => s.Auth.UserListAsync(r, o));

    private static Step ListRoles() => Step.Unary("Auth/RoleList", new AuthRoleListRequest(), (s, r, o) => s.Auth.RoleListAsync(r, o));

    private static Step Status() => Step.Unary("Auth/AuthStatus", new AuthStatusRequest(), (s, r, o) => s.Auth.AuthStatusAsync(r, o));

    private Step ChangePassword() => Step.Unary(
        "Auth/UserChangePassword", new AuthUserChangePasswordRequest { Name = AnyUser(), Password = Chance(80) ? "pw-" + AnyUser() : "" },
        (s, r, o) => s.Auth.UserChangePasswordAsync(r, o));

    private Step Allow()
    {
        var permission = new Permission { PermType = (Permission.Types.Type)_random.Next(4), Key = AnyKey(), RangeEnd = AnyEnd() };
        var request = new AuthRoleGrantPermissionRequest { Name = AnyRole(), Perm = Chance(95) ? permission : null };
        return Step.Unary("Auth/RoleGrantPermission", request, (s, r, o) => s.Auth.RoleGrantPermissionAsync(r, o));
    }

    private Step Forbid() => Step.Unary(
        "Auth/RoleRevokePermission", new AuthRoleRevokePermissionRequest { Role = AnyRole(), Key = AnyKey(), RangeEnd = AnyEnd() },
        (s, r, o) => s.Auth.RoleRevokePermissionAsync(r, o));

    private static Step Put(PutRequest request) => Step.Unary("KV/Put", request, (s, r, o) => s.Kv.PutAsync(r, o));

    private static Step Range(ByteString key, ByteString end, bool countOnly) => Step.Unary(
        "KV/Range", new RangeRequest { Key = key, RangeEnd = end, CountOnly = countOnly }, (s, r, o) => s.Kv.RangeAsync(r, o));

    private PutRequest AnyPut() => new() { Key = AnyKey(), Value = Key("v"), Lease = Chance(25) ? AnyLease() : 0, PrevKv = Chance(30) };

    private DeleteRangeRequest AnyDelete() => new() { Key = AnyKey(), RangeEnd = AnyEnd(), PrevKv = Chance(30) };

    private TxnRequest AnyTxn(int depth)
    {
        var txn = new TxnRequest();
        if (Chance(60))
        {
            txn.Compare.Add(new Compare
            {
                Key = AnyKey(),
                RangeEnd = Chance(30) ? AnyEnd() : ByteString.Empty,
                Target = Compare.Types.CompareTarget.Version
            });
        }

        txn.Success.Add(AnyOp(depth));
        txn.Failure.Add(AnyOp(depth));
        return txn;
    }

    private RequestOp AnyOp(int depth) => _random.Next(depth > 0 ? 4 : 3) switch
    {
        0 => new RequestOp { RequestPut = AnyPut() },
        1 => new RequestOp { RequestRange = new RangeRequest { Key = AnyKey(), RangeEnd = AnyEnd() } },
        2 => new RequestOp { RequestDeleteRange = AnyDelete() },
        _ => new RequestOp { RequestTxn = AnyTxn(depth - 1) },
    };

    private bool Chance(int percent) => _random.Next(100) < percent;

    private string AnyUser() => Chance(4) ? Nobody : s_users[_random.Next(s_users.Length)];

    private string AnyRole() => _random.Next(12) switch
    {
        0 => "root",
        1 => "",
        var n => s_roles[n % s_roles.Length],
    };

    private long AnyLease() => _random.Next(1, 5);

    private ByteString AnyKey() => Chance(2) ? ByteString.Empty : Key(((char)('a' + _random.Next(4))).ToString());

    private ByteString AnyEnd() => _random.Next(6) switch
    {
        < 2 => ByteString.Empty,
        2 => Key("\0"),
        _ => Key(((char)('a' + _random.Next(5))).ToString()),
    };

    private static ByteString Key(string text) => ByteString.CopyFromUtf8(text);
}
