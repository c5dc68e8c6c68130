using EtcdEdge.Api;
using EtcdEdge.Server.Configuration;
using Google.Protobuf;
using Grpc.Core;
using Xunit;

namespace EtcdEdge.Server.Tests.Auth;

/// <summary>Goal: rights hold in watches, leases and locks and over a restart, and no secret is logged. Method: the whole server, its log kept.</summary>
public sealed class AuthServerTests : IAsyncLifetime
{
    private const string RootPassword = "the-root-secret";
    private const string Denied = "etcdserver: permission denied";
    private const string AlicePassword = "the-alice-secret";
    private readonly TemporaryDirectory _directory = new();
    private RunningServer _server = null!;
    private Api.Auth.AuthClient _auth = null!;
    private KV.KVClient _kv = null!;
    private Api.Lease.LeaseClient _lease = null!;
    private string _root = "";
    private string _alice = "";

    public async ValueTask InitializeAsync()
    {
        await StartAsync();
        await _auth.UserAddAsync(new AuthUserAddRequest { Name = "root", Password = RootPassword }, cancellationToken: Cancel);
        await _auth.UserGrantRoleAsync(new AuthUserGrantRoleRequest { User = "root", Role = "root" }, cancellationToken: Cancel);
        await _auth.UserAddAsync(new AuthUserAddRequest { Name = "alice", Password = AlicePassword }, cancellationToken: Cancel);
        await _auth.RoleAddAsync(new AuthRoleAddRequest { Name = "a" }, cancellationToken: Cancel);
        await _auth.RoleGrantPermissionAsync(new AuthRoleGrantPermissionRequest { Name = "a", Perm = PermissionOnA() }, cancellationToken: Cancel);
        await _auth.UserGrantRoleAsync(new AuthUserGrantRoleRequest { User = "alice", Role = "a" }, cancellationToken: Cancel);
        await _auth.AuthEnableAsync(new AuthEnableRequest(), cancellationToken: Cancel);
        await AuthenticateAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_watch_needs_its_whole_range_and_ends_with_the_right_to_it()
    {
        using var watch = new Api.Watch.WatchClient(_server.Channel).Watch(As(_alice));
        Assert.Equal("rpc error: code = PermissionDenied desc = etcdserver: permission denied", (await CreateAsync(watch, "a", "c")).CancelReason);
        Assert.Equal("rpc error: code = PermissionDenied desc = etcdserver: permission denied", (await CreateAsync(watch, "a", "\0")).CancelReason);
        Assert.False((await CreateAsync(watch, "a", "b")).Canceled);
        await _kv.PutAsync(new PutRequest { Key = Bytes("a1") }, As(_alice));
        Assert.Equal("a1", Assert.Single((await NextAsync(watch)).Events).Kv.Key.ToStringUtf8());
        await _auth.UserRevokeRoleAsync(new AuthUserRevokeRoleRequest { Name = "alice", Role = "a" }, As(_root));
        await _kv.PutAsync(new PutRequest { Key = Bytes("a2") }, As(_root));
        var ended = await NextAsync(watch);
        Assert.Equal((true, "rpc error: code = PermissionDenied desc = etcdserver: permission denied", 0),
            (ended.Canceled, ended.CancelReason, ended.Events.Count));
    }

    [Fact]
    public async Task A_watch_of_nobody_or_with_a_bad_token_is_refused_on_its_stream()
    {
        using var nobodys = new Api.Watch.WatchClient(_server.Channel).Watch(cancellationToken: Cancel);
        Assert.Equal("rpc error: code = InvalidArgument desc = etcdserver: user name is empty", (await CreateAsync(nobodys, "a", "b")).CancelReason);
        using var forged = new Api.Watch.WatchClient(_server.Channel).Watch(As("abc.1"));
        var refused = await CreateAsync(forged, "a", "b");
        Assert.Equal((true, true, -1L, "rpc error: code = Unauthenticated desc = etcdserver: invalid auth token"),
            (refused.Created, refused.Canceled, refused.WatchId, refused.CancelReason));
    }

    [Fact]
    public async Task Leases_are_for_who_may_touch_their_keys()
    {
        await _lease.LeaseGrantAsync(new LeaseGrantRequest { ID = 5, TTL = 600 }, As(_root));
        await _kv.PutAsync(new PutRequest { Key = Bytes("z"), Lease = 5 }, As(_root));
        await _lease.LeaseGrantAsync(new LeaseGrantRequest { ID = 6, TTL = 600 }, As(_alice));
        await RefusedAsync("etcdserver: permission denied", async () => await _lease.LeaseRevokeAsync(new LeaseRevokeRequest { ID = 5 }, As(_alice)));
        await RefusedAsync("etcdserver: permission denied",
            async () => await _lease.LeaseTimeToLiveAsync(new LeaseTimeToLiveRequest { ID = 5, Keys = true }, As(_alice)));
        await RefusedAsync("etcdserver: permission denied", async () => await _lease.LeaseLeasesAsync(new LeaseLeasesRequest(), As(_alice)));
        Assert.Empty((await _lease.LeaseTimeToLiveAsync(new LeaseTimeToLiveRequest { ID = 5 }, As(_alice))).Keys);
        await RefusedAsync("etcdserver: user name is empty",
            async () => await _lease.LeaseGrantAsync(new LeaseGrantRequest { TTL = 60 }, cancellationToken: Cancel));
        await RefusedAsync("etcdserver: permission denied", () => RenewAsync(5, _alice));
        await RenewAsync(6, _alice);
        await _lease.LeaseRevokeAsync(new LeaseRevokeRequest { ID = 6 }, As(_alice));
        Assert.Equal([5L], (await _lease.LeaseLeasesAsync(new LeaseLeasesRequest(), As(_root))).Leases.Select(lease => lease.ID));
    }

    [Fact]
    public async Task A_lease_ends_by_itself_whatever_its_keys()
    {
        await _lease.LeaseGrantAsync(new LeaseGrantRequest { ID = 5, TTL = 1 }, As(_root));
        await _kv.PutAsync(new PutRequest { Key = Bytes("z"), Lease = 5 }, As(_root));
        while ((await _kv.RangeAsync(new RangeRequest { Key = Bytes("z") }, As(_root))).Count > 0)
        {
            await Task.Delay(10, Cancel);
        }
    }

    [Fact]
    public async Task Who_locks_needs_the_right_to_the_line()
    {
        var locks = new Api.Concurrency.Lock.LockClient(_server.Channel);
        var held = await locks.LockAsync(new Api.Concurrency.LockRequest { Name = Bytes("a") }, As(_alice));
        Assert.StartsWith("a/", held.Key.ToStringUtf8(), StringComparison.Ordinal);
        await RefusedAsync("etcdserver: permission denied",
            async () => await locks.LockAsync(new Api.Concurrency.LockRequest { Name = Bytes("z") }, As(_alice)));
        await RefusedAsync("etcdserver: permission denied",
            async () => await locks.UnlockAsync(new Api.Concurrency.UnlockRequest { Key = Bytes("z/1") }, As(_alice)));
    }

    [Fact]
    public async Task Users_outlive_a_restart_and_tokens_do_not()
    {
        await _server.DisposeAsync();
        await StartAsync();
        await RefusedAsync("etcdserver: invalid auth token", async () => await _kv.RangeAsync(new RangeRequest { Key = Bytes("a") }, As(_alice)));
        await AuthenticateAsync();
        await _kv.PutAsync(new PutRequest { Key = Bytes("a") }, As(_alice));
        await RefusedAsync("etcdserver: permission denied", async () => await _kv.PutAsync(new PutRequest { Key = Bytes("b") }, As(_alice)));
    }

    [Fact]
    public async Task Only_root_compacts_and_only_users_see_the_members()
    {
        var members = new Api.Cluster.ClusterClient(_server.Channel);
        await RefusedAsync("etcdserver: user name is empty", async () => await members.MemberListAsync(new MemberListRequest(), cancellationToken: Cancel));
        Assert.Single((await members.MemberListAsync(new MemberListRequest(), As(_alice))).Members);
        var compact = new CompactionRequest { Revision = (await _kv.PutAsync(new PutRequest { Key = Bytes("a") }, As(_alice))).Header.Revision };
        await RefusedAsync("etcdserver: user name is empty", async () => await _kv.CompactAsync(compact, cancellationToken: Cancel));
        await RefusedAsync(Denied, async () => await _kv.CompactAsync(compact, As(_alice)));
        await _kv.CompactAsync(compact, As(_root));
    }

    [Fact]
    public async Task Without_rights_what_is_there_and_what_is_not_look_the_same()
    {
        await _kv.PutAsync(new PutRequest { Key = Bytes("there"), Value = Bytes("1") }, As(_root));
        foreach (string key in (string[])["there", "where"])
        {
            await RefusedAsync(Denied, async () => await _kv.RangeAsync(new RangeRequest { Key = Bytes(key) }, As(_alice)));
            await RefusedAsync(Denied, async () => await _kv.RangeAsync(new RangeRequest { Key = Bytes(key), CountOnly = true }, As(_alice)));
            await RefusedAsync(Denied, async () => await _kv.RangeAsync(new RangeRequest { Key = Bytes("a"), RangeEnd = Bytes("z"), CountOnly = true }, As(_alice)));
            await RefusedAsync(Denied, async () => await _kv.PutAsync(new PutRequest { Key = Bytes(key), IgnoreValue = true }, As(_alice)));
            await RefusedAsync(Denied, async () => await _kv.DeleteRangeAsync(new DeleteRangeRequest { Key = Bytes(key) }, As(_alice)));
            await RefusedAsync(Denied, async () => await _kv.TxnAsync(new TxnRequest { Compare = { Exists(key) }, Failure = { PutA() } }, As(_alice)));
            await RefusedAsync(Denied, async () => await _kv.TxnAsync(new TxnRequest { Compare = { Exists("a") }, Success = { Nested(key) } }, As(_alice)));
            using var watch = new Api.Watch.WatchClient(_server.Channel).Watch(As(_alice));
            var answer = await CreateAsync(watch, key, "");
            Assert.True(answer.Canceled);
            Assert.Empty(answer.Events);
        }
    }

    [Fact]
    public async Task No_secret_is_logged_nor_written_to_the_disk()
    {
        await RefusedAsync("etcdserver: authentication failed, invalid user ID or password", () => TokenAsync("alice", "a-mistyped-secret"));
        await RefusedAsync("etcdserver: invalid auth token", async () => await _kv.RangeAsync(new RangeRequest { Key = Bytes("a") }, As("nonsense.99")));
        Assert.Contains("AuthenticationFailed", _server.Log.Events);
        Assert.Contains("InvalidToken", _server.Log.Events);
        await _server.DisposeAsync();
        string[] secrets = [RootPassword, AlicePassword, "a-mistyped-secret", "nonsense.99", _root, _alice, "$2a$"];
        Assert.DoesNotContain(_server.Log.All, line => secrets.Any(secret => line.Contains(secret, StringComparison.Ordinal)));
        foreach (string file in Directory.EnumerateFiles(_directory.Data, "*", SearchOption.AllDirectories))
        {
            var bytes = await File.ReadAllBytesAsync(file, Cancel);
            Assert.DoesNotContain(secrets[..3], secret => bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(secret)) >= 0);
        }
        await StartAsync();
    }

    private async Task StartAsync()
    {
        _server = await RunningServer.StartAsync(_directory.Data, options => options with { Auth = new AuthOptions { BcryptCost = 4 } });
        _auth = new Api.Auth.AuthClient(_server.Channel);
        _kv = new KV.KVClient(_server.Channel);
        _lease = new Api.Lease.LeaseClient(_server.Channel);
    }

    private async Task AuthenticateAsync() => (_root, _alice) = (await TokenAsync("root", RootPassword), await TokenAsync("alice", AlicePassword));

    private async Task<string> TokenAsync(string name, string password) =>
        (await _auth.AuthenticateAsync(new AuthenticateRequest { Name = name, Password = password }, cancellationToken: Cancel)).Token;

    private async Task RenewAsync(long id, string token)
    {
        using var keepAlive = _lease.LeaseKeepAlive(As(token));
        await keepAlive.RequestStream.WriteAsync(new LeaseKeepAliveRequest { ID = id }, Cancel);
        Assert.True(await keepAlive.ResponseStream.MoveNext(Cancel));
    }

    private static async Task<WatchResponse> CreateAsync(AsyncDuplexStreamingCall<WatchRequest, WatchResponse> watch, string key, string end)
    {
        var create = new WatchCreateRequest { Key = Bytes(key), RangeEnd = Bytes(end) };
        await watch.RequestStream.WriteAsync(new WatchRequest { CreateRequest = create }, Cancel);
        return await NextAsync(watch);
    }

    private static async Task<WatchResponse> NextAsync(AsyncDuplexStreamingCall<WatchRequest, WatchResponse> watch)
    {
        Assert.True(await watch.ResponseStream.MoveNext(Cancel));
        return watch.ResponseStream.Current;
    }

    private static async Task RefusedAsync(string text, Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(text, refused.Status.Detail);
    }

    private static Compare Exists(string key) => new() { Key = Bytes(key), Target = Compare.Types.CompareTarget.Version, Result = Compare.Types.CompareResult.Greater };

    private static RequestOp PutA() => new() { RequestPut = new PutRequest { Key = Bytes("a") } };

    private static RequestOp Nested(string key) =>
        new() { RequestTxn = new TxnRequest { Success = { new RequestOp { RequestRange = new RangeRequest { Key = Bytes(key) } } } } };

    private static Permission PermissionOnA() => new() { PermType = Permission.Types.Type.Readwrite, Key = Bytes("a"), RangeEnd = Bytes("b") };

    private static CallOptions As(string token) => new(new Metadata { { "token", token } }, cancellationToken: Cancel);

    private static ByteString Bytes(string text) => ByteString.CopyFromUtf8(text);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
