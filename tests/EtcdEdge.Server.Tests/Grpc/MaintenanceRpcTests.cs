using EtcdEdge.Api;
using EtcdEdge.Api.Health;
using Grpc.Core;
using Xunit;

namespace EtcdEdge.Server.Tests.Grpc;

// Goal: what operators' tools ask beside keys: downgrades, hashes, health over gRPC. Method: a whole server, generated clients.
public sealed class MaintenanceRpcTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private RunningServer _server = null!;
    private Maintenance.MaintenanceClient _maintenance = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync(_directory.Path);
        _maintenance = new Maintenance.MaintenanceClient(_server.Channel);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_downgrade_is_by_one_minor_version_is_noted_once_and_is_taken_back()
    {
        Assert.Equal("etcdserver: wrong downgrade target version format",
            await RefusalAsync(DowngradeRequest.Types.DowngradeAction.Validate, "three"));
        Assert.Equal("etcdserver: invalid downgrade target version", await RefusalAsync(DowngradeRequest.Types.DowngradeAction.Enable, "3.1.0"));
        var target = await OneMinorBelowAsync();
        await DowngradeAsync(DowngradeRequest.Types.DowngradeAction.Validate, target);
        Assert.False((await StatusAsync()).DowngradeInfo.Enabled);
        await DowngradeAsync(DowngradeRequest.Types.DowngradeAction.Enable, target);
        Assert.Equal((true, target), ((await StatusAsync()).DowngradeInfo.Enabled, (await StatusAsync()).DowngradeInfo.TargetVersion));
        Assert.Equal("etcdserver: cluster has a downgrade job in progress",
            await RefusalAsync(DowngradeRequest.Types.DowngradeAction.Enable, target));
        await DowngradeAsync(DowngradeRequest.Types.DowngradeAction.Cancel, "");
        Assert.False((await StatusAsync()).DowngradeInfo.Enabled);
    }

    [Fact]
    public async Task The_hash_changes_with_the_keys_and_only_with_them()
    {
        var before = await _maintenance.HashAsync(new HashRequest(), cancellationToken: Cancel);
        Assert.Equal(before.Hash, (await _maintenance.HashAsync(new HashRequest(), cancellationToken: Cancel)).Hash);
        await new KV.KVClient(_server.Channel)
            .PutAsync(new PutRequest { Key = Google.Protobuf.ByteString.CopyFromUtf8("k") }, cancellationToken: Cancel);
        Assert.NotEqual(before.Hash, (await _maintenance.HashAsync(new HashRequest(), cancellationToken: Cancel)).Hash);
    }

    [Fact]
    public async Task The_server_as_a_whole_serves_and_no_single_service_is_known()
    {
        var health = new Health.HealthClient(_server.Channel);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, (await health.CheckAsync(new HealthCheckRequest(), cancellationToken: Cancel))
            .Status);
        var refusal = await Assert.ThrowsAsync<RpcException>(
            async () => await health.CheckAsync(new HealthCheckRequest { Service = "etcdserverpb.KV" }, cancellationToken: Cancel));
        Assert.Equal(new Status(StatusCode.NotFound, "unknown service"), refusal.Status);
        using var watch = health.Watch(new HealthCheckRequest(), cancellationToken: Cancel);
        Assert.True(await watch.ResponseStream.MoveNext(Cancel));
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, watch.ResponseStream.Current.Status);
    }

    [Theory]
    [InlineData("/debug/pprof/")]
    [InlineData("/v2/keys/a")]
    public async Task What_is_not_served_is_not_found(string path)
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(_server.Url + path), Cancel);
        Assert.Equal(404, (int)answer.StatusCode);
    }

    private async Task<string> OneMinorBelowAsync()
    {
        using var http = new HttpClient();
        var version = System.Text.Json.Nodes.JsonNode.Parse(await http.GetStringAsync(new Uri(_server.Url + "/version"), Cancel))!;
        var parts = ((string)version["etcdcluster"]!).Split('.');
        return $"{parts[0]}.{int.Parse(parts[1]) - 1}.0";
    }

    private async Task<StatusResponse> StatusAsync() => await _maintenance.StatusAsync(new StatusRequest(), cancellationToken: Cancel);

    private async Task DowngradeAsync(DowngradeRequest.Types.DowngradeAction action, string version) =>
        await _maintenance.DowngradeAsync(new DowngradeRequest { Action = action, Version = version }, cancellationToken: Cancel);

    private async Task<string> RefusalAsync(DowngradeRequest.Types.DowngradeAction action, string version) =>
        (await Assert.ThrowsAsync<RpcException>(() => DowngradeAsync(action, version))).Status.Detail;
}
