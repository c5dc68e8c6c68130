using EtcdEdge.Api;
using EtcdEdge.Configuration;
using EtcdEdge.Server.Api.Rpc;
using EtcdEdge.Server.Api.V3Rpc;
using EtcdEdge.Server.Forwarding;
using EtcdEdge.StateMachine.Auth;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Requests;
using Google.Protobuf;
using Grpc.Core;
using Xunit;

namespace EtcdEdge.Server.Tests.Grpc;

/// <summary>Goal: users get tokens and what their roles allow, over a real connection. Method: the host in front of a node without a log.</summary>
public sealed class AuthServiceTests : IAsyncLifetime
{
    private WireHost _wire = null!;
    private EtcdEdge.Api.Auth.AuthClient _auth = null!;
    private KV.KVClient _kv = null!;
    private Maintenance.MaintenanceClient _maintenance = null!;

    public async ValueTask InitializeAsync()
    {
        _wire = await WireHost.StartAsync(new ServerOptions { Auth = new AuthOptions { BcryptCost = 4 } });
        _auth = new EtcdEdge.Api.Auth.AuthClient(_wire.Channel);
        _kv = new KV.KVClient(_wire.Channel);
        _maintenance = new Maintenance.MaintenanceClient(_wire.Channel);
    }

    public ValueTask DisposeAsync() => _wire.DisposeAsync();

    [Fact]
    public async Task While_auth_is_off_nobody_gets_a_token_and_tokens_do_not_matter()
    {
        await _auth.UserAddAsync(new AuthUserAddRequest { Name = "alice", Password = "a" }, cancellationToken: Cancel);
        await RefusedAsync("etcdserver: authentication is not enabled", () => TokenAsync("alice", "a"));
        await _kv.PutAsync(new PutRequest { Key = Bytes("k") }, As("nonsense"));
        var status = await _auth.AuthStatusAsync(new AuthStatusRequest(), cancellationToken: Cancel);
        Assert.Equal((false, 2UL), (status.Enabled, status.AuthRevision));
    }

    [Fact]
    public async Task A_name_is_as_long_as_a_snapshot_takes_it()
    {
        string longest = new('ä', 16_384);
        await _auth.UserAddAsync(new AuthUserAddRequest { Name = longest, Password = "a" }, cancellationToken: Cancel);
        await _auth.RoleAddAsync(new AuthRoleAddRequest { Name = longest }, cancellationToken: Cancel);
        await RefusedAsync("etcdserver: request is too large",
            () => _auth.UserAddAsync(new AuthUserAddRequest { Name = longest + "x", Password = "a" }, cancellationToken: Cancel));
        await RefusedAsync("etcdserver: request is too large", () =>
            _auth.RoleAddAsync(new AuthRoleAddRequest { Name = longest + "x" }, cancellationToken: Cancel));
    }

    [Fact]
    public async Task A_token_opens_what_its_users_roles_allow_and_nothing_else()
    {
        var root = await EnableAsync();
        var alice = await TokenAsync("alice", "a");
        await _kv.PutAsync(new PutRequest { Key = Bytes("a1") }, As(alice));
        await _kv.PutAsync(new PutRequest { Key = Bytes("secret") }, As(root));
        await RefusedAsync("etcdserver: permission denied", () => _kv.PutAsync(new PutRequest { Key = Bytes("b") }, As(alice)));
        await RefusedAsync("etcdserver: user name is empty", () => _kv.PutAsync(new PutRequest { Key = Bytes("a1") }, cancellationToken: Cancel));
        await RefusedAsync("etcdserver: invalid auth token", () => _kv.PutAsync(new PutRequest { Key = Bytes("a1") }, As("abc.1")));

        var all = new RangeRequest { Key = Bytes("\0"), RangeEnd = Bytes("\0") };
        Assert.Equal(2, (await _kv.RangeAsync(all, As(root))).Count);
        await RefusedAsync("etcdserver: permission denied", () => _kv.RangeAsync(all, As(alice)));
        await RefusedAsync("etcdserver: permission denied", () =>
            _kv.RangeAsync(new RangeRequest { Key = Bytes("nothing"), CountOnly = true }, As(alice)));
        Assert.Equal(1, (await _kv.RangeAsync(new RangeRequest { Key = Bytes("a"), RangeEnd = Bytes("b") }, As(alice))).Count);
        var peek = new TxnRequest
        {
            Compare = { new Compare { Key = Bytes("secret"), Target = Compare.Types.CompareTarget.Version,
                Result = Compare.Types.CompareResult.Greater } },
        };
        await RefusedAsync("etcdserver: permission denied", () => _kv.TxnAsync(peek, As(alice)));
    }

    [Fact]
    public async Task Keys_of_a_lease_that_only_the_leader_knows_of_are_judged_too()
    {
        string root = await EnableAsync(), alice = await TokenAsync("alice", "a");
        _wire.Node.Status = _wire.Node.Status with { Leader = 0x77, IsLeader = false };
        var known = new LeaseTimeToLiveResponse { ID = 5, TTL = 9, Keys = { Bytes("a"), Bytes("z") } };
        _wire.Node.LeaderAnswer = () => PeerReply.Of(known.ToByteArray());
        var lease = new Lease.LeaseClient(_wire.Channel);
        var ask = new LeaseTimeToLiveRequest { ID = 5, Keys = true };
        await RefusedAsync("etcdserver: permission denied", () => lease.LeaseTimeToLiveAsync(ask, As(alice)));
        Assert.Equal(2, (await lease.LeaseTimeToLiveAsync(ask, As(root))).Keys.Count);
        Assert.Empty((await lease.LeaseTimeToLiveAsync(new LeaseTimeToLiveRequest { ID = 5 }, As(alice))).Keys);
    }

    [Fact]
    public async Task A_range_stream_is_asked_for_its_right_too()
    {
        await EnableAsync();
        var alice = await TokenAsync("alice", "a");
        using var allowed = _kv.RangeStream(new RangeRequest { Key = Bytes("a"), RangeEnd = Bytes("b") }, As(alice));
        Assert.True(await allowed.ResponseStream.MoveNext(Cancel));
        using var forbidden = _kv.RangeStream(new RangeRequest { Key = Bytes("a"), RangeEnd = Bytes("c") }, As(alice));
        await RefusedAsync("etcdserver: permission denied", () => forbidden.ResponseStream.MoveNext(Cancel));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_right_that_goes_while_a_chunk_of_a_stream_is_read_ends_it_before_that_is_sent(int sentBefore)
    {
        var root = await EnableAsync();
        for (var i = 0; i < 100; i++)
        {
            await _kv.PutAsync(new PutRequest { Key = Bytes($"a{i:D2}") }, As(root));
        }

        var sent = new List<RangeChunk>();
        var reads = 0;
        // The first look at the root is for the revision, each further one for a chunk.
        _wire.Node.AtRoot = () =>
        {
            if (reads++ == sentBefore + 1)
            {
                Assert.Equal(EtcdError.None, _wire.Node.AuthStore.Apply(new AuthUserRevokeRoleRequest { Name = "alice", Role = "a" }));
            }
        };
        var streamer = new RangeStreamer(_wire.Node, new ResponseHeaders(_wire.Node), chunkBytes: 100_000);
        var op = new RangeOp { Key = Bytes("a").Memory, RangeEnd = Bytes("b").Memory };
        var who = new AuthInfo("alice", _wire.Node.Auth.Revision);
        var ended = await Assert.ThrowsAsync<RpcException>(() => streamer.RunAsync(op, who, new Taker(sent), Cancel));
        Assert.Equal("etcdserver: revision of auth store is old", ended.Status.Detail);
        Assert.Equal(sentBefore, sent.Count);
    }

    [Theory]
    [InlineData("Range")]
    [InlineData("Txn")]
    [InlineData("Leader")]
    public async Task A_right_that_goes_after_it_was_looked_at_keeps_back_what_was_read(string how)
    {
        await EnableAsync();
        var alice = await TokenAsync("alice", "a");
        var election = new EtcdEdge.Api.Concurrency.Election.ElectionClient(_wire.Channel);
        // The newest root is asked for when the right was found good.
        _wire.Node.AtRoot = () => _wire.Node.AuthStore.Apply(new AuthUserRevokeRoleRequest { Name = "alice", Role = "a" });
        await RefusedAsync("etcdserver: revision of auth store is old", async () => await (how switch
        {
            "Range" => _kv.RangeAsync(new RangeRequest { Key = Bytes("a") }, As(alice)).ResponseAsync,
            "Txn" => _kv.TxnAsync(new TxnRequest { Success = { new RequestOp { RequestRange = new RangeRequest { Key = Bytes("a") } } } }, As(alice))
                .ResponseAsync,
            _ => (Task)election.LeaderAsync(new EtcdEdge.Api.Concurrency.LeaderRequest { Name = Bytes("a") }, As(alice)).ResponseAsync,
        }));
    }

    [Fact]
    public async Task Wrong_passwords_and_unknown_users_are_refused_alike()
    {
        await EnableAsync();
        await RefusedAsync("etcdserver: authentication failed, invalid user ID or password", () => TokenAsync("alice", "b"));
        await RefusedAsync("etcdserver: authentication failed, invalid user ID or password", () => TokenAsync("nobody", "b"));
        await RefusedAsync("etcdserver: authentication failed, invalid user ID or password", () => TokenAsync("alice", ""));
    }

    [Fact]
    public async Task A_password_that_is_changed_while_its_token_is_on_the_way_gets_none()
    {
        await EnableAsync();
        _wire.Node.AtProposal = () =>
        {
            _wire.Node.AtProposal = () => { };
            Assert.Equal(EtcdError.None, _wire.Node.AuthStore.Apply(new AuthUserChangePasswordRequest { Name = "alice" }));
        };
        await RefusedAsync("etcdserver: authentication failed, invalid user ID or password", () => TokenAsync("alice", "a"));
    }

    [Fact]
    public async Task A_user_without_a_password_gets_no_token()
    {
        var root = await EnableAsync();
        var add = new AuthUserAddRequest { Name = "cert", Password = "p", Options = new UserAddOptions { NoPassword = true } };
        await _auth.UserAddAsync(add, As(root));
        await RefusedAsync("auth: authentication failed, password was given for no password user", () => TokenAsync("cert", "p"));
    }

    [Fact]
    public async Task A_changed_password_ends_its_users_tokens()
    {
        var root = await EnableAsync();
        var alice = await TokenAsync("alice", "a");
        await _auth.UserChangePasswordAsync(new AuthUserChangePasswordRequest { Name = "alice", Password = "new" }, As(root));
        await RefusedAsync("etcdserver: invalid auth token", () => _kv.RangeAsync(new RangeRequest { Key = Bytes("a") }, As(alice)));
        await RefusedAsync("etcdserver: authentication failed, invalid user ID or password", () => TokenAsync("alice", "a"));
        await TokenAsync("alice", "new");
    }

    [Fact]
    public async Task Users_see_themselves_and_their_roles_and_only_root_sees_others()
    {
        var root = await EnableAsync();
        var alice = await TokenAsync("alice", "a");
        Assert.Equal(["a"], (await _auth.UserGetAsync(new AuthUserGetRequest { Name = "alice" }, As(alice))).Roles);
        var role = await _auth.RoleGetAsync(new AuthRoleGetRequest { Role = "a" }, As(alice));
        var granted = new Permission { PermType = Permission.Types.Type.Readwrite, Key = Bytes("a"), RangeEnd = Bytes("b") };
        Assert.Equal(granted, Assert.Single(role.Perm));
        await RefusedAsync("etcdserver: permission denied", () => _auth.UserGetAsync(new AuthUserGetRequest { Name = "root" }, As(alice)));
        await RefusedAsync("etcdserver: permission denied", () => _auth.UserGetAsync(new AuthUserGetRequest { Name = "nobody" }, As(alice)));
        await RefusedAsync("etcdserver: permission denied", () => _auth.RoleGetAsync(new AuthRoleGetRequest { Role = "b" }, As(alice)));
        await RefusedAsync("etcdserver: permission denied", () => _auth.UserListAsync(new AuthUserListRequest(), As(alice)));
        await RefusedAsync("etcdserver: user name is empty", () => _auth.RoleListAsync(new AuthRoleListRequest(), cancellationToken: Cancel));
        await RefusedAsync("etcdserver: permission denied", () => _auth.AuthStatusAsync(new AuthStatusRequest(), As(alice)));
        Assert.Equal(["alice", "root"], (await _auth.UserListAsync(new AuthUserListRequest(), As(root))).Users);
        Assert.Equal(["a"], (await _auth.RoleListAsync(new AuthRoleListRequest(), As(root))).Roles);
        await RefusedAsync("etcdserver: user name not found", () => _auth.UserGetAsync(new AuthUserGetRequest { Name = "nobody" }, As(root)));
        await RefusedAsync("etcdserver: role name not found", () => _auth.RoleGetAsync(new AuthRoleGetRequest { Role = "b" }, As(root)));
    }

    [Fact]
    public async Task Maintenance_is_for_root_but_for_what_clients_look_at()
    {
        var root = await EnableAsync();
        var alice = await TokenAsync("alice", "a");
        await _maintenance.StatusAsync(new StatusRequest(), As(alice));
        await _maintenance.AlarmAsync(new AlarmRequest(), As(alice));
        await RefusedAsync("etcdserver: user name is empty", () => _maintenance.StatusAsync(new StatusRequest(), cancellationToken: Cancel));
        var raise = new AlarmRequest { Action = AlarmRequest.Types.AlarmAction.Activate, Alarm = AlarmType.Nospace };
        await RefusedAsync("etcdserver: permission denied", () => _maintenance.AlarmAsync(raise, As(alice)));
        await RefusedAsync("etcdserver: permission denied", () => _maintenance.HashAsync(new HashRequest(), As(alice)));
        await RefusedAsync("etcdserver: permission denied", () => _maintenance.HashKVAsync(new HashKVRequest(), As(alice)));
        await RefusedAsync("etcdserver: permission denied", () => _maintenance.DefragmentAsync(new DefragmentRequest(), As(alice)));
        await RefusedAsync("etcdserver: permission denied", () => _maintenance.MoveLeaderAsync(new MoveLeaderRequest(), As(alice)));
        await _maintenance.HashKVAsync(new HashKVRequest(), As(root));
    }

    [Fact]
    public async Task A_token_may_also_come_as_the_gateway_brings_it()
    {
        var root = await EnableAsync();
        var call = new Metadata { { "authorization", "Bearer " + root } };
        await _kv.PutAsync(new PutRequest { Key = Bytes("k") }, call, cancellationToken: Cancel);
    }

    [Fact]
    public async Task No_password_enters_the_log()
    {
        var root = await EnableAsync();
        await _auth.UserChangePasswordAsync(new AuthUserChangePasswordRequest { Name = "alice", Password = "hunter2hunter2" }, As(root));
        Assert.DoesNotContain(_wire.Node.Logged, entry => entry.AsSpan().IndexOf("hunter2hunter2"u8) >= 0);
        Assert.Contains(_wire.Node.Logged, entry => entry.AsSpan().IndexOf("root"u8) >= 0);
    }

    /// <summary>Users root and alice; alice has the keys from a to b. Returns root's token.</summary>
    private async Task<string> EnableAsync()
    {
        await _auth.UserAddAsync(new AuthUserAddRequest { Name = "root", Password = "hunter2hunter2" }, cancellationToken: Cancel);
        await _auth.UserGrantRoleAsync(new AuthUserGrantRoleRequest { User = "root", Role = "root" }, cancellationToken: Cancel);
        await _auth.UserAddAsync(new AuthUserAddRequest { Name = "alice", Password = "a" }, cancellationToken: Cancel);
        await _auth.RoleAddAsync(new AuthRoleAddRequest { Name = "a" }, cancellationToken: Cancel);
        var permission = new Permission { PermType = Permission.Types.Type.Readwrite, Key = Bytes("a"), RangeEnd = Bytes("b") };
        await _auth.RoleGrantPermissionAsync(new AuthRoleGrantPermissionRequest { Name = "a", Perm = permission }, cancellationToken: Cancel);
        await _auth.UserGrantRoleAsync(new AuthUserGrantRoleRequest { User = "alice", Role = "a" }, cancellationToken: Cancel);
        await _auth.AuthEnableAsync(new AuthEnableRequest(), cancellationToken: Cancel);
        return await TokenAsync("root", "hunter2hunter2");
    }

    private async Task<string> TokenAsync(string name, string password) =>
        (await _auth.AuthenticateAsync(new AuthenticateRequest { Name = name, Password = password }, cancellationToken: Cancel)).Token;

    private static async Task RefusedAsync<T>(string text, Func<AsyncUnaryCall<T>> call) => await RefusedAsync(text, async () => await call());

    private static async Task RefusedAsync(string text, Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(text, refused.Status.Detail);
    }

    private static CallOptions As(string token) => new(new Metadata { { "token", token } }, cancellationToken: Cancel);

    private sealed class Taker(List<RangeChunk> taken) : IServerStreamWriter<RangeChunk>
    {
        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(RangeChunk message, CancellationToken cancellationToken) => WriteAsync(message);

        public Task WriteAsync(RangeChunk message)
        {
            taken.Add(message);
            return Task.CompletedTask;
        }
    }

    private static ByteString Bytes(string text) => ByteString.CopyFromUtf8(text);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
