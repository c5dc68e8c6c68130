using EtcdEdge.Api;
using EtcdEdge.Api.Concurrency;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace EtcdEdge.Differential;

/// <summary>
/// The JSON gateway: the same requests over HTTP, spelt in the ways that JSON and protobuf allow, and some that they do not. Keys, leases and users
/// are few, so that they meet; each lock and election has one lease, so that nothing waits.
/// </summary>
internal sealed class GatewayGenerator(int seed) : IGenerator
{
    private static readonly JsonFormatter[] s_spellings =
    [
        new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true)),
        new(JsonFormatter.Settings.Default),
        new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true).WithFormatDefaultValues(true)),
        new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true).WithFormatEnumsAsIntegers(true)),
    ];

    private static readonly string[] s_broken =
    [
        "", " ", "null", "[]", "5", "\"x\"", "{", "}", "{]", "{\"key\"}", "{\"key\":}", "{\"key\":5}", "{\"key\":\"%\"}", "{\"limit\":\"x\"}",
            "{\"limit\":1.5}",
        "{\"limit\":99999999999999999999}", "{\"keys_only\":\"true\"}", "{\"keys_only\":1}", "{\"ID\":[1]}", "{\"ID\":{}}", "{\"key\":\"YQ==\"",
            "\u0001",
        "{\"key\":\"YQ==\",}", "nonsense",
    ];

    private static readonly string[] s_harmless =
    [
        "{}", "{\"no_such_field\":{\"a\":[1,2,{}]}}", "{\"key\":\"YQ==\",\"unknown\":1}", "{\"key\":null}", " {\"key\" : \"YQ==\" } ",
            "{\"key\":\"YQ\\u003d\\u003d\"}",
        "{\"key\":\"YQ==\",\"limit\":\"1\"}", "{\"key\":\"YQ==\",\"limit\":1}",
    ];

    private readonly Random _random = new(seed);
    private readonly Queue<Step> _planned = new(Beginning());

    public Step Next() => _planned.TryDequeue(out var planned) ? planned : _random.Next(100) switch
    {
        < 20 => Call("kv/put", AnyPut(), PutResponse.Descriptor),
        < 38 => Call("kv/range", AnyRange(), RangeResponse.Descriptor),
        < 44 => Call("kv/deleterange", AnyDelete(), DeleteRangeResponse.Descriptor),
        < 56 => Call("kv/txn", AnyTxn(1), TxnResponse.Descriptor),
        < 58 => Call("kv/compaction", new CompactionRequest { Revision = _random.Next(1, 20), Physical = Chance(50) }, CompactionResponse.Descriptor),
        < 68 => AnyLeaseStep(),
        < 72 => AnyTurn(),
        < 77 => AnyLook(),
        < 84 => AnyAuthStep(),
        < 90 => GatewaySteps.Watch(Chance(50) ? "a" : "\0"),
        < 94 => GatewaySteps.Post(AnyPath(), s_harmless[_random.Next(s_harmless.Length)], null),
        < 98 => GatewaySteps.Malformed(AnyPath(), s_broken[_random.Next(s_broken.Length)]),
        _ => AnyWrongRequest(),
    };

    public IEnumerable<Step> Closing() =>
    [
        Authenticate("root"), Become("root"),
            Call("kv/range", new RangeRequest { Key = Bytes("\0"), RangeEnd = Bytes("\0") }, RangeResponse.Descriptor),
        Call("auth/user/list", new AuthUserListRequest(), AuthUserListResponse.Descriptor), GatewaySteps.Watch("\0"),
        Call("maintenance/alarm", new AlarmRequest(), AlarmResponse.Descriptor),
            Call("maintenance/hashkv", new HashKVRequest(), HashKVResponse.Descriptor),
        Call("maintenance/status", new StatusRequest(), StatusResponse.Descriptor),
    ];

    private static IEnumerable<Step> Beginning() =>
    [
        Plain("auth/user/add", new AuthUserAddRequest { Name = "root", Password = "pw" }, AuthUserAddResponse.Descriptor),
        Plain("auth/user/grant", new AuthUserGrantRoleRequest { User = "root", Role = "root" }, AuthUserGrantRoleResponse.Descriptor),
        Plain("auth/user/add", new AuthUserAddRequest { Name = "alice", Password = "pw" }, AuthUserAddResponse.Descriptor),
        Plain("auth/role/add", new AuthRoleAddRequest { Name = "r1" }, AuthRoleAddResponse.Descriptor),
    ];

    private Step AnyLeaseStep() => _random.Next(5) switch
    {
        0 => Call("lease/grant", new LeaseGrantRequest { ID = AnyLease(), TTL = 5_000 }, LeaseGrantResponse.Descriptor),
        1 => Call(Chance(50) ? "lease/revoke" : "kv/lease/revoke", new LeaseRevokeRequest { ID = AnyLease() }, LeaseRevokeResponse.Descriptor),
        2 => Call(Chance(50) ? "lease/timetolive" : "kv/lease/timetolive", new LeaseTimeToLiveRequest { ID = AnyLease(), Keys = Chance(50) },
            LeaseTimeToLiveResponse.Descriptor),
        3 => Call("lease/leases", new LeaseLeasesRequest(), LeaseLeasesResponse.Descriptor),
        _ => Call("lease/keepalive", new LeaseKeepAliveRequest { ID = AnyLease() }, LeaseKeepAliveResponse.Descriptor),
    };

    private Step AnyTurn()
    {
        var number = _random.Next(1, 4);
        return _random.Next(4) switch
        {
            0 => Call("lock/lock", new LockRequest { Name = Bytes($"l{number}"), Lease = number }, LockResponse.Descriptor),
            1 => Call("lock/unlock", new UnlockRequest { Key = Bytes($"l{number}/{number}") }, UnlockResponse.Descriptor),
            2 => Call("election/campaign", new CampaignRequest { Name = Bytes($"e{number}"), Lease = number, Value = Bytes("v") },
                CampaignResponse.Descriptor),
            _ => Call("election/leader", new LeaderRequest { Name = Bytes($"e{number}") }, LeaderResponse.Descriptor),
        };
    }

    private Step AnyLook() => _random.Next(2) switch
    {
        0 => Call("cluster/member/list", new MemberListRequest(), MemberListResponse.Descriptor),
        _ => Call("auth/status", new AuthStatusRequest(), AuthStatusResponse.Descriptor),
    };

    private Step AnyAuthStep() => _random.Next(10) switch
    {
        0 => Call("auth/enable", new AuthEnableRequest(), AuthEnableResponse.Descriptor),
        1 => Call("auth/disable", new AuthDisableRequest(), AuthDisableResponse.Descriptor),
        2 => Call("auth/user/get", new AuthUserGetRequest { Name = AnyUser() }, AuthUserGetResponse.Descriptor),
        3 => Call("auth/role/grant", new AuthRoleGrantPermissionRequest
        {
            Name = "r1",
            Perm = new Permission { PermType = (Permission.Types.Type)_random.Next(3), Key = AnyKey(), RangeEnd = AnyEnd() },
        }, AuthRoleGrantPermissionResponse.Descriptor),
        4 => Call("auth/role/get", new AuthRoleGetRequest { Role = "r1" }, AuthRoleGetResponse.Descriptor),
        5 => Call("auth/user/grant", new AuthUserGrantRoleRequest { User = AnyUser(), Role = "r1" }, AuthUserGrantRoleResponse.Descriptor),
        6 => Authenticate(AnyUser()),
        7 => Become(Chance(30) ? "forged" : ""),
        _ => Become(Chance(60) ? "root" : "alice"),
    };

    private Step AnyWrongRequest() => _random.Next(4) switch
    {
        0 => GatewaySteps.Send("GET", "/v3/" + AnyPath(), ""),
        1 => GatewaySteps.Send("PUT", "/v3/kv/put", "{}"),
        2 => GatewaySteps.Send("POST", "/v3/kv/nothing", "{}"),
        _ => GatewaySteps.Send("POST", "/v3beta/kv/range", "{\"key\":\"YQ==\"}"),
    };

    private Step Call(string path, IMessage request, MessageDescriptor answer) =>
        GatewaySteps.Post(path, s_spellings[_random.Next(s_spellings.Length)].Format(request), answer);

    private static Step Plain(string path, IMessage request, MessageDescriptor answer) =>
        GatewaySteps.Post(path, s_spellings[0].Format(request), answer);

    private static Step Authenticate(string user) => GatewaySteps.Authenticate(user, "pw");

    private static Step Become(string user) => new("become", user, (session, _) =>
    {
        session.Token = user.Length == 0 ? null : session.Tokens.GetValueOrDefault(user, "forgedforgedforg.1");
        return Task.FromResult("");
    });

    private PutRequest AnyPut() => new()
    {
        Key = AnyKey(),
        Value = AnyValue(),
        Lease = Chance(20) ? AnyLease() : 0,
        PrevKv = Chance(30),
        IgnoreValue = Chance(5),
        IgnoreLease = Chance(5),
    };

    private RangeRequest AnyRange() => new()
    {
        Key = AnyKey(),
        RangeEnd = AnyEnd(),
        Limit = Chance(30) ? _random.Next(4) : 0,
        Revision = Chance(15) ? _random.Next(30) : 0,
        SortOrder = (RangeRequest.Types.SortOrder)_random.Next(3),
        SortTarget = (RangeRequest.Types.SortTarget)_random.Next(2),
        Serializable = Chance(20),
        KeysOnly = Chance(15),
        CountOnly = Chance(10),
    };

    private DeleteRangeRequest AnyDelete() => new() { Key = AnyKey(), RangeEnd = AnyEnd(), PrevKv = Chance(50) };

    private TxnRequest AnyTxn(int depth)
    {
        var txn = new TxnRequest();
        for (var n = _random.Next(3); n > 0; n--)
        {
            txn.Compare.Add(AnyCompare());
        }

        txn.Success.Add(AnyOp(depth));
        txn.Failure.Add(AnyOp(depth));
        return txn;
    }

    private Compare AnyCompare()
    {
        var compare = new Compare { Key = AnyKey(), Result = (Compare.Types.CompareResult)_random.Next(4) };
        switch (_random.Next(3))
        {
            case 0:
                (compare.Target, compare.Value) = (Compare.Types.CompareTarget.Value, AnyValue());
                break;
            case 1:
                (compare.Target, compare.Version) = (Compare.Types.CompareTarget.Version, _random.Next(3));
                break;
            default:
                (compare.Target, compare.ModRevision) = (Compare.Types.CompareTarget.Mod, _random.Next(9));
                break;
        }

        return compare;
    }

    private RequestOp AnyOp(int depth) => _random.Next(depth > 0 ? 4 : 3) switch
    {
        0 => new RequestOp { RequestPut = new PutRequest { Key = AnyKey(), Value = AnyValue() } },
        1 => new RequestOp { RequestRange = AnyRange() },
        2 => new RequestOp { RequestDeleteRange = AnyDelete() },
        _ => new RequestOp { RequestTxn = AnyTxn(depth - 1) },
    };

    private string AnyPath() => _random.Next(4) switch
    {
        0 => "kv/put",
        1 => "lease/timetolive",
        2 => "lease/keepalive",
        _ => "kv/range",
    };

    private bool Chance(int percent) => _random.Next(100) < percent;

    private string AnyUser() => Chance(50) ? "alice" : Chance(80) ? "root" : "nobody";

    private long AnyLease() => _random.Next(1, 4);

    private ByteString AnyKey() => Chance(3) ? ByteString.Empty : Bytes(((char)('a' + _random.Next(5))).ToString());

    private ByteString AnyValue() => _random.Next(4) switch
    {
        0 => ByteString.Empty,
        1 => ByteString.CopyFrom(0xfb, 0xff, 0x00, (byte)_random.Next(256)),
        _ => Bytes("v" + _random.Next(3)),
    };

    private ByteString AnyEnd() => _random.Next(6) switch
    {
        < 3 => ByteString.Empty,
        3 => Bytes("\0"),
        _ => Bytes(((char)('b' + _random.Next(5))).ToString()),
    };

    private static ByteString Bytes(string text) => ByteString.CopyFromUtf8(text);
}
