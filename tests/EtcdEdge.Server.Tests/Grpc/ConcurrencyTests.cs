using EtcdEdge.Api;
using EtcdEdge.Api.Concurrency;
using EtcdEdge.Server.Api.Concurrency;
using Google.Protobuf;
using Grpc.Core;
using Xunit;

namespace EtcdEdge.Server.Tests.Grpc;

/// <summary>
/// Goal: who stands in a line gets its turn when those before are gone, and only then. Method: a real server; every wait is for something that
/// the test causes.
/// </summary>
public sealed class ConcurrencyTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private RunningServer _server = null!;
    private EtcdEdge.Api.Concurrency.Lock.LockClient _lock = null!;
    private Election.ElectionClient _election = null!;
    private KV.KVClient _kv = null!;
    private Lease.LeaseClient _lease = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync(_directory.Data);
        (_lock, _election) = (new EtcdEdge.Api.Concurrency.Lock.LockClient(_server.Channel), new Election.ElectionClient(_server.Channel));
        (_kv, _lease) = (new KV.KVClient(_server.Channel), new Lease.LeaseClient(_server.Channel));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_lock_is_taken_again_by_who_has_it_and_passes_on_in_order()
    {
        long first = await GrantAsync(0x11), second = await GrantAsync(0x12), third = await GrantAsync(0x13);
        var held = await LockAsync(first);
        Assert.Equal("name/11", held.Key.ToStringUtf8());
        Assert.Equal(held.Key, (await LockAsync(first)).Key);
        var secondTurn = LockAsync(second);
        await KeyAsync("name/12");
        var thirdTurn = LockAsync(third);
        await KeyAsync("name/13");
        Assert.False(secondTurn.IsCompleted || thirdTurn.IsCompleted);
        await _lock.UnlockAsync(new UnlockRequest { Key = held.Key }, cancellationToken: Cancel);
        var passedOn = await secondTurn;
        Assert.False(thirdTurn.IsCompleted);
        await _lock.UnlockAsync(new UnlockRequest { Key = passedOn.Key }, cancellationToken: Cancel);
        Assert.Equal("name/13", (await thirdTurn).Key.ToStringUtf8());
    }

    [Fact]
    public async Task A_lock_goes_with_its_lease_and_one_without_a_lease_gets_one()
    {
        var own = await LockAsync(0);
        var next = await GrantAsync(0x21);
        var turn = LockAsync(next);
        await KeyAsync("name/21");
        var leases = await _lease.LeaseLeasesAsync(new LeaseLeasesRequest(), cancellationToken: Cancel);
        var given = leases.Leases.Single(lease => lease.ID != next).ID;
        Assert.Equal($"name/{given:x}", own.Key.ToStringUtf8());
        await _lease.LeaseRevokeAsync(new LeaseRevokeRequest { ID = given }, cancellationToken: Cancel);
        Assert.Equal("name/21", (await turn).Key.ToStringUtf8());
    }

    [Fact]
    public async Task Who_stops_waiting_leaves_the_line()
    {
        await LockAsync(await GrantAsync(0x31));
        var second = await GrantAsync(0x32);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var waiting = _lock.LockAsync(new LockRequest { Name = Bytes("name"), Lease = second }, cancellationToken: leaving.Token).ResponseAsync;
        await KeyAsync("name/32");
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<RpcException>(() => waiting);
        await GoneAsync("name/32");
    }

    [Fact]
    public async Task Whose_key_is_gone_when_its_turn_comes_has_lost_its_session()
    {
        var held = await LockAsync(await GrantAsync(0x41));
        var second = await GrantAsync(0x42);
        var turn = LockAsync(second);
        await KeyAsync("name/42");
        await _lease.LeaseRevokeAsync(new LeaseRevokeRequest { ID = second }, cancellationToken: Cancel);
        await _lock.UnlockAsync(new UnlockRequest { Key = held.Key }, cancellationToken: Cancel);
        await RefusedAsync("mutex: session is expired", () => turn);
    }

    [Fact]
    public async Task Errors_have_etcds_words_and_no_code()
    {
        await RefusedAsync("etcdserver: requested lease not found", () => LockAsync(77));
        await RefusedAsync("election: no leader", () => _election.LeaderAsync(new LeaderRequest { Name = Bytes("e") }, cancellationToken: Cancel)
            .ResponseAsync);
        await RefusedAsync("\"leader\" field must be provided", () => _election.ProclaimAsync(new ProclaimRequest(), cancellationToken: Cancel)
            .ResponseAsync);
        var stranger = new LeaderKey { Name = Bytes("e"), Key = Bytes("e/1"), Rev = 5, Lease = await GrantAsync(0x51) };
        var proclaim = new ProclaimRequest { Leader = stranger, Value = Bytes("v") };
        await RefusedAsync("election: not leader", () => _election.ProclaimAsync(proclaim, cancellationToken: Cancel).ResponseAsync);
    }

    [Fact]
    public async Task A_leader_is_seen_to_be_elected_to_proclaim_and_to_resign()
    {
        using var observing = _election.Observe(new LeaderRequest { Name = Bytes("e") }, cancellationToken: Cancel);
        var won = await CampaignAsync(await GrantAsync(0x61), "one");
        Assert.Equal("one", await NextAsync(observing));
        await _election.ProclaimAsync(new ProclaimRequest { Leader = won.Leader, Value = Bytes("two") }, cancellationToken: Cancel);
        Assert.Equal("two", await NextAsync(observing));
        var next = CampaignAsync(await GrantAsync(0x62), "three");
        await KeyAsync("e/62");
        Assert.False(next.IsCompleted);
        var leader = await _election.LeaderAsync(new LeaderRequest { Name = Bytes("e") }, cancellationToken: Cancel);
        Assert.Equal(("e/61", "two"), (leader.Kv.Key.ToStringUtf8(), leader.Kv.Value.ToStringUtf8()));
        await _election.ResignAsync(new ResignRequest { Leader = won.Leader }, cancellationToken: Cancel);
        Assert.Equal((await next).Leader.Key, Bytes("e/62"));
        Assert.Equal("three", await NextAsync(observing));
    }

    [Fact]
    public async Task Who_campaigns_again_says_its_new_value()
    {
        var lease = await GrantAsync(0x71);
        var first = await CampaignAsync(lease, "one");
        var again = await CampaignAsync(lease, "two");
        Assert.Equal(first.Leader, again.Leader);
        var leader = await _election.LeaderAsync(new LeaderRequest { Name = Bytes("e") }, cancellationToken: Cancel);
        Assert.Equal("two", leader.Kv.Value.ToStringUtf8());
    }

    [Theory]
    [InlineData(0x1F, "n/1f")]
    [InlineData(-1, "n/-1")]
    [InlineData(long.MinValue, "n/-8000000000000000")]
    public void Keys_are_written_as_go_writes_them(long lease, string key) =>
        Assert.Equal(key, new WaitQueue(null!, Bytes("n")).KeyOf(lease).ToStringUtf8());

    private async Task<LockResponse> LockAsync(long lease) =>
        await _lock.LockAsync(new LockRequest { Name = Bytes("name"), Lease = lease }, cancellationToken: Cancel);

    private async Task<CampaignResponse> CampaignAsync(long lease, string value) =>
        await _election.CampaignAsync(new CampaignRequest { Name = Bytes("e"), Lease = lease, Value = Bytes(value) }, cancellationToken: Cancel);

    private async Task<long> GrantAsync(long id) =>
        (await _lease.LeaseGrantAsync(new LeaseGrantRequest { ID = id, TTL = 600 }, cancellationToken: Cancel)).ID;

    private Task KeyAsync(string key) => CountAsync(key, 1);

    private Task GoneAsync(string key) => CountAsync(key, 0);

    private async Task CountAsync(string key, long count)
    {
        while ((await _kv.RangeAsync(new RangeRequest { Key = Bytes(key), CountOnly = true }, cancellationToken: Cancel)).Count != count)
        {
            await Task.Delay(1, Cancel);
        }
    }

    private static async Task<string> NextAsync(AsyncServerStreamingCall<LeaderResponse> observing)
    {
        Assert.True(await observing.ResponseStream.MoveNext(Cancel));
        return observing.ResponseStream.Current.Kv.Value.ToStringUtf8();
    }

    private static async Task RefusedAsync<T>(string text, Func<Task<T>> call)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(new Status(StatusCode.Unknown, text), new Status(refused.StatusCode, refused.Status.Detail));
    }

    private static ByteString Bytes(string text) => ByteString.CopyFromUtf8(text);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
