using EtcdEdge.Api;
using EtcdEdge.Server.Common;
using EtcdEdge.Server.Logging;
using Google.Protobuf;
using Xunit;

namespace EtcdEdge.Server.Tests;

/// <summary>
/// Goal: the operator can follow a server's life in its log, and a data directory outlives its flags. Method: the whole server in this process.
/// </summary>
public sealed class ServerLifeTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_server_tells_its_life_in_order()
    {
        var server = await RunningServer.StartAsync(_directory.Data);
        var kv = new KV.KVClient(server.Channel);
        await kv.PutAsync(Put("a"), cancellationToken: Cancel);
        await kv.CompactAsync(new CompactionRequest { Revision = 2, Physical = true }, cancellationToken: Cancel);
        await AlarmAsync(server, AlarmRequest.Types.AlarmAction.Activate);
        await AlarmAsync(server, AlarmRequest.Types.AlarmAction.Deactivate);
        await server.DisposeAsync();
        Assert.Equal(
            ["Starting", "Recovered", "ServingPeers", "LeaderElected", "Published", "ReadyToServe", "ServingInsecurely", "Compacted", "AlarmRaised",
                "AlarmDisarmed", "Closed"],
            server.Log.Events.Where(line => line != "ConfigurationWarning"));
    }

    [Fact]
    public async Task With_data_the_flags_that_found_a_cluster_are_ignored_and_the_new_name_is_published()
    {
        await using (var first = await RunningServer.StartAsync(_directory.Data))
        {
            await new KV.KVClient(first.Channel).PutAsync(Put("a"), cancellationToken: Cancel);
        }

        await using var server = await RunningServer.StartAsync(_directory.Data, options => options with
        {
            Name = "renamed",
            Cluster = options.Cluster with { InitialClusterToken = "another" },
        });
        Assert.Contains(server.Log.All, line => line.Contains("it is published as \"renamed\" from now on", StringComparison.Ordinal));
        Assert.Contains(server.Log.All, line => line.Contains("describe another cluster and are ignored", StringComparison.Ordinal));
        var members = await new Cluster.ClusterClient(server.Channel).MemberListAsync(new MemberListRequest(), cancellationToken: Cancel);
        Assert.Equal("renamed", Assert.Single(members.Members).Name);
        Assert.Equal(1, (await new KV.KVClient(server.Channel).RangeAsync(new RangeRequest { Key = Put("a").Key }, cancellationToken: Cancel)).Count);
    }

    [Fact]
    public async Task A_single_member_gives_up_a_damaged_logs_end_only_when_it_is_told_to()
    {
        await using (var first = await RunningServer.StartAsync(_directory.Data))
        {
            for (var i = 0; i < 30; i++)
            {
                await new KV.KVClient(first.Channel).PutAsync(Put($"key{i:00}"), cancellationToken: Cancel);
            }
        }

        DamagedLog.FlipBit(_directory.Data, page: 15);
        var refusal = await Assert.ThrowsAnyAsync<StartException>(() => RunningServer.StartAsync(_directory.Data));
        Assert.Contains("--wal-accept-loss", refusal.Message, StringComparison.Ordinal);
        var kept = await CountAfterLossAsync();
        Assert.InRange(kept, 1, 29);
        await using var later = await RunningServer.StartAsync(_directory.Data);
        Assert.DoesNotContain("LossAccepted", later.Log.Events);
        Assert.Equal(kept, await CountAsync(later));
    }

    private async Task<long> CountAfterLossAsync()
    {
        await using var server = await RunningServer.StartAsync(_directory.Data, options => options with { Wal = new() { AcceptLoss = true } });
        Assert.Contains("LossAccepted", server.Log.Events);
        Assert.Contains(server.Log.All, line => line.Contains("take it away once the server has started", StringComparison.Ordinal));
        return await CountAsync(server);
    }

    private static async Task<long> CountAsync(RunningServer server) => (await new KV.KVClient(server.Channel).RangeAsync(
        new RangeRequest { Key = ByteString.CopyFromUtf8("key"), RangeEnd = ByteString.CopyFromUtf8("kez"), CountOnly = true })).Count;

    private static async Task AlarmAsync(RunningServer server, AlarmRequest.Types.AlarmAction action) =>
        await new Maintenance.MaintenanceClient(server.Channel)
            .AlarmAsync(new AlarmRequest { Action = action, MemberID = 1, Alarm = AlarmType.Nospace });

    private static PutRequest Put(string key) => new() { Key = ByteString.CopyFromUtf8(key), Value = ByteString.CopyFromUtf8("x") };
}
