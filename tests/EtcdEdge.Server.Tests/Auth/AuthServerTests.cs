using EtcdEdge.Api;
using EtcdEdge.Server.Logging;
using Google.Protobuf;
using Grpc.Core;
using Xunit;
using static EtcdEdge.Server.Tests.Auth.GuardedServer;

namespace EtcdEdge.Server.Tests.Auth;

/// <summary>
/// Goal: rights hold in watches, leases and locks and over a restart, and no secret is logged. Method: the whole server, its log kept.
/// </summary>
public sealed class AuthServerTests : IAsyncLifetime
{
    private const string Denied = "etcdserver: permission denied";
    private GuardedServer _server = null!;

    private EtcdEdge.Api.Auth.AuthClient Auth => _server.Auth;

    private KV.KVClient Kv => _server.Kv;

    private EtcdEdge.Api.Lease.LeaseClient Lease => _server.Lease;

    public async ValueTask InitializeAsync() => _server = await GuardedServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_watch_needs_its_whole_range_and_ends_with_the_right_to_it()
    {
        using var watch = new EtcdEdge.Api.Watch.WatchClient(_server.Running.Channel).Watch(As(_server.Alice));
        Assert.Equal("rpc error: code = PermissionDenied desc = etcdserver: permission denied", (await CreateAsync(watch, "a", "c")).CancelReason);
        Assert.Equal("rpc error: code = PermissionDenied desc = etcdserver: permission denied", (await CreateAsync(watch, "a", "\0")).CancelReason);
        Assert.False((await CreateAsync(watch, "a", "b")).Canceled);
        await Kv.PutAsync(new PutRequest { Key = Bytes("a1") }, As(_server.Alice));
        Assert.Equal("a1", Assert.Single((await NextAsync(watch)).Events).Kv.Key.ToStringUtf8());
        await Auth.UserRevokeRoleAsync(new AuthUserRevokeRoleRequest { Name = "alice", Role = "a" }, As(_server.Root));
        await Kv.PutAsync(new PutRequest { Key = Bytes("a2") }, As(_server.Root));
        var ended = await NextAsync(watch);
        Assert.Equal((true, "rpc error: code = PermissionDenied desc = etcdserver: permission denied", 0),
            (ended.Canceled, ended.CancelReason, ended.Events.Count));
    }

    [Fact]
    public async Task A_watch_of_nobody_or_with_a_bad_token_is_refused_on_its_stream()
    {
        using var nobodys = new EtcdEdge.Api.Watch.WatchClient(_server.Running.Channel).Watch(cancellationToken: Cancel);
        Assert.Equal("rpc error: code = InvalidArgument desc = etcdserver: user name is empty", (await CreateAsync(nobodys, "a", "b")).CancelReason);
        using var forged = new EtcdEdge.Api.Watch.WatchClient(_server.Running.Channel).Watch(As("abc.1"));
        var refused = await CreateAsync(forged, "a", "b");
        Assert.Equal((true, true, -1L, "rpc error: code = Unauthenticated desc = etcdserver: invalid auth token"),
            (refused.Created, refused.Canceled, refused.WatchId, refused.CancelReason));
    }

    [Fact]
    public async Task Leases_are_for_who_may_touch_their_keys()
    {
        await Lease.LeaseGrantAsync(new LeaseGrantRequest { ID = 5, TTL = 600 }, As(_server.Root));
        await Kv.PutAsync(new PutRequest { Key = Bytes("z"), Lease = 5 }, As(_server.Root));
        await Lease.LeaseGrantAsync(new LeaseGrantRequest { ID = 6, TTL = 600 }, As(_server.Alice));
        await RefusedAsync("etcdserver: permission denied", async () =>
            await Lease.LeaseRevokeAsync(new LeaseRevokeRequest { ID = 5 }, As(_server.Alice)));
        await RefusedAsync("etcdserver: permission denied",
            async () => await Lease.LeaseTimeToLiveAsync(new LeaseTimeToLiveRequest { ID = 5, Keys = true }, As(_server.Alice)));
        await RefusedAsync("etcdserver: permission denied", async () => await Lease.LeaseLeasesAsync(new LeaseLeasesRequest(), As(_server.Alice)));
        Assert.Empty((await Lease.LeaseTimeToLiveAsync(new LeaseTimeToLiveRequest { ID = 5 }, As(_server.Alice))).Keys);
        await RefusedAsync("etcdserver: user name is empty",
            async () => await Lease.LeaseGrantAsync(new LeaseGrantRequest { TTL = 60 }, cancellationToken: Cancel));
        await RefusedAsync("etcdserver: permission denied", () => RenewAsync(5, _server.Alice));
        await RenewAsync(6, _server.Alice);
        await Lease.LeaseRevokeAsync(new LeaseRevokeRequest { ID = 6 }, As(_server.Alice));
        Assert.Equal([5L], (await Lease.LeaseLeasesAsync(new LeaseLeasesRequest(), As(_server.Root))).Leases.Select(lease => lease.ID));
    }

    [Fact]
    public async Task A_lease_ends_by_itself_whatever_its_keys()
    {
        await Lease.LeaseGrantAsync(new LeaseGrantRequest { ID = 5, TTL = 1 }, As(_server.Root));
        await Kv.PutAsync(new PutRequest { Key = Bytes("z"), Lease = 5 }, As(_server.Root));
        while ((await Kv.RangeAsync(new RangeRequest { Key = Bytes("z") }, As(_server.Root))).Count > 0)
        {
            await Task.Delay(10, Cancel);
        }
    }

    [Fact]
    public async Task Who_locks_needs_the_right_to_the_line()
    {
        var locks = new EtcdEdge.Api.Concurrency.Lock.LockClient(_server.Running.Channel);
        var held = await locks.LockAsync(new EtcdEdge.Api.Concurrency.LockRequest { Name = Bytes("a") }, As(_server.Alice));
        Assert.StartsWith("a/", held.Key.ToStringUtf8(), StringComparison.Ordinal);
        await RefusedAsync("etcdserver: permission denied",
            async () => await locks.LockAsync(new EtcdEdge.Api.Concurrency.LockRequest { Name = Bytes("z") }, As(_server.Alice)));
        await RefusedAsync("etcdserver: permission denied",
            async () => await locks.UnlockAsync(new EtcdEdge.Api.Concurrency.UnlockRequest { Key = Bytes("z/1") }, As(_server.Alice)));
    }

    [Fact]
    public async Task Who_observes_an_election_sees_no_more_of_it_than_of_its_keys()
    {
        var election = new EtcdEdge.Api.Concurrency.Election.ElectionClient(_server.Running.Channel);
        var won = await election.CampaignAsync(new EtcdEdge.Api.Concurrency.CampaignRequest { Name = Bytes("a"), Value = Bytes("1") },
            As(_server.Root));
        using var observed = election.Observe(new EtcdEdge.Api.Concurrency.LeaderRequest { Name = Bytes("a") }, As(_server.Alice));
        Assert.True(await observed.ResponseStream.MoveNext(Cancel));
        await Auth.UserRevokeRoleAsync(new AuthUserRevokeRoleRequest { Name = "alice", Role = "a" }, As(_server.Root));
        await election.ProclaimAsync(new EtcdEdge.Api.Concurrency.ProclaimRequest { Leader = won.Leader, Value = Bytes("2") }, As(_server.Root));
        await Assert.ThrowsAsync<RpcException>(() => observed.ResponseStream.MoveNext(Cancel));
    }

    [Fact]
    public async Task Users_outlive_a_restart_and_tokens_do_not()
    {
        await _server.RestartAsync();
        await RefusedAsync("etcdserver: invalid auth token", async () =>
            await Kv.RangeAsync(new RangeRequest { Key = Bytes("a") }, As(_server.Alice)));
        await _server.AuthenticateAsync();
        await Kv.PutAsync(new PutRequest { Key = Bytes("a") }, As(_server.Alice));
        await RefusedAsync("etcdserver: permission denied", async () => await Kv.PutAsync(new PutRequest { Key = Bytes("b") }, As(_server.Alice)));
    }

    [Fact]
    public async Task Only_root_compacts_and_only_users_see_the_members()
    {
        var members = new EtcdEdge.Api.Cluster.ClusterClient(_server.Running.Channel);
        await RefusedAsync("etcdserver: user name is empty", async () =>
            await members.MemberListAsync(new MemberListRequest(), cancellationToken: Cancel));
        Assert.Single((await members.MemberListAsync(new MemberListRequest(), As(_server.Alice))).Members);
        var compact = new CompactionRequest
        {
            Revision = (await Kv.PutAsync(new PutRequest { Key = Bytes("a") }, As(_server.Alice)))
            .Header.Revision
        };
        await RefusedAsync("etcdserver: user name is empty", async () => await Kv.CompactAsync(compact, cancellationToken: Cancel));
        await RefusedAsync(Denied, async () => await Kv.CompactAsync(compact, As(_server.Alice)));
        await Kv.CompactAsync(compact, As(_server.Root));
    }

    [Fact]
    public async Task No_secret_is_logged_nor_written_to_the_disk()
    {
        await RefusedAsync("etcdserver: authentication failed, invalid user ID or password", () => _server.TokenAsync("alice", "a-mistyped-secret"));
        await RefusedAsync("etcdserver: invalid auth token", async () =>
            await Kv.RangeAsync(new RangeRequest { Key = Bytes("a") }, As("nonsense.99")));
        Assert.Contains("AuthenticationFailed", _server.Running.Log.Events);
        Assert.Contains("InvalidToken", _server.Running.Log.Events);
        var log = _server.Running.Log.All;
        string[] secrets = [RootPassword, AlicePassword, "a-mistyped-secret", "nonsense.99", _server.Root, _server.Alice, "$2a$"];
        Assert.DoesNotContain(log, line => secrets.Any(secret => line.Contains(secret, StringComparison.Ordinal)));
        await _server.RestartAsync(stopped: () => Assert.DoesNotContain(secrets[..3], IsOnTheDisk));
    }

    private bool IsOnTheDisk(string text) => Directory.EnumerateFiles(_server.Data, "*", SearchOption.AllDirectories)
        .Any(file => File.ReadAllBytes(file).AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(text)) >= 0);

    private async Task RenewAsync(long id, string token)
    {
        using var keepAlive = Lease.LeaseKeepAlive(As(token));
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

    private static ByteString Bytes(string text) => ByteString.CopyFromUtf8(text);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
