using EtcdEdge.Api;
using EtcdEdge.Differential;
using EtcdEdge.Testing;
using Google.Protobuf;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

// Goal: what was acknowledged is there, whenever the process is killed and however it is stopped.
public sealed class DurabilityTests
{
    private const int Kills = 8;

    /// <summary>The promise is a second; the rest is for a busy machine.</summary>
    private static readonly TimeSpan s_stopLimit = TimeSpan.FromSeconds(4);

    /// <summary>etcd waits seven seconds for open streams before it cuts them.</summary>
    private static readonly TimeSpan s_etcdStopLimit = TimeSpan.FromSeconds(12);

    [Fact]
    public async Task Every_acknowledged_write_and_lease_survives_being_killed_again_and_again()
    {
        var record = new AcknowledgedWrites();
        var random = new Random(7);
        await using var daemon = new Daemon(Binaries.Server);
        for (var kill = 0; kill < Kills; kill++)
        {
            await daemon.StartAsync();
            await record.CheckAsync(daemon.ClientUrl);
            var load = record.LoadAsync(daemon.ClientUrl);
            await Task.Delay(random.Next(30, 700), TestContext.Current.CancellationToken);
            await daemon.KillAsync();
            await load;
        }

        await daemon.StartAsync();
        await record.CheckAsync(daemon.ClientUrl);
        Assert.True(record.Count > Kills, "the load wrote too little to show anything");
    }

    // A slice of what runs for as long as one likes by hand.
    [Fact]
    public async Task Real_power_cuts_lose_nothing()
    {
        Assert.SkipUnless(Environment.UserName == "root", "needs root to mount a file system and shut it down");
        var script = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Binaries.Etcd)!, "../../../scripts/powercut"));
        var said = await Command.OutputOfAsync(script, "--rounds", "4", "--port", $"{Ports.Free()}", Binaries.Server);
        Assert.EndsWith("4 power cuts, nothing acknowledged was lost", said.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kill_during_the_start_loses_nothing()
    {
        var record = new AcknowledgedWrites();
        await using var daemon = new Daemon(Binaries.Server);
        await daemon.StartAsync();
        var load = record.LoadAsync(daemon.ClientUrl);
        await TestCluster.EventuallyAsync(() => Task.FromResult(record.Count >= 20), "nothing is written");
        await daemon.KillAsync();
        await load;
        foreach (var milliseconds in new[] { 0, 3, 10, 20, 40, 80, 160 })
        {
            daemon.Start();
            await Task.Delay(milliseconds, TestContext.Current.CancellationToken);
            await daemon.KillAsync();
        }

        await daemon.StartAsync();
        await record.CheckAsync(daemon.ClientUrl);
    }

    [Fact]
    public async Task Compaction_is_remembered_over_a_restart()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var daemon = new Daemon(Binaries.Server);
        await daemon.StartAsync();
        await using (var before = new Session(daemon.ClientUrl))
        {
            for (var n = 0; n < 20; n++)
            {
                var put = new PutRequest { Key = ByteString.CopyFromUtf8("k"), Value = ByteString.CopyFromUtf8($"{n}") };
                await before.Kv.PutAsync(put, cancellationToken: cancel);
            }

            await before.Kv.CompactAsync(new CompactionRequest { Revision = 15, Physical = true }, cancellationToken: cancel);
        }

        await daemon.KillAsync();
        await daemon.StartAsync();
        await using var after = new Session(daemon.ClientUrl);
        var old = new RangeRequest { Key = ByteString.CopyFromUtf8("k"), Revision = 14 };
        var refused = await Assert.ThrowsAsync<Grpc.Core.RpcException>(async () => await after.Kv.RangeAsync(old, cancellationToken: cancel));
        Assert.Equal("etcdserver: mvcc: required revision has been compacted", refused.Status.Detail);
        var kept = await after.Kv.RangeAsync(new RangeRequest(old) { Revision = 15 }, cancellationToken: cancel);
        Assert.Equal("13", kept.Kvs.Single().Value.ToStringUtf8());
        Assert.Equal(21, kept.Header.Revision);
    }

    [Fact]
    public async Task A_stop_by_SIGTERM_is_quick_and_clean_even_with_open_watches()
    {
        await using var daemon = new Daemon(Binaries.Server);
        await daemon.StartAsync();
        await using var session = new Session(daemon.ClientUrl);
        await session.StreamAsync(0, TestContext.Current.CancellationToken);
        var took = await daemon.StopAsync();
        Assert.True(took < (Binaries.ServerIsEtcd ? s_etcdStopLimit : s_stopLimit), $"took {took}");
        Assert.Contains(daemon.ExitCode, new[] { 0, 128 + 15 });
        Assert.DoesNotContain(daemon.Log, line => line.Contains("   at ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_start_after_a_stop_goes_on_where_it_ended()
    {
        await using var daemon = new Daemon(Binaries.Server);
        await daemon.StartAsync();
        var etcdctl = new EtcdCtl("3.5", daemon);
        await etcdctl.RunAsync("put", "a", "1");
        await daemon.StopAsync();
        await daemon.StartAsync();
        await etcdctl.RunAsync("put", "a", "2");
        Assert.Contains("\"mod_revision\":3,\"version\":2", await etcdctl.RunAsync("get", "a", "-w=json"), StringComparison.Ordinal);
    }
}
