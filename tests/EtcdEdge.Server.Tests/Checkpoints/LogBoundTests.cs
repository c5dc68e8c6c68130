using EtcdEdge.Api;
using EtcdEdge.Server.Logging;
using EtcdEdge.Server.Node;
using Google.Protobuf;
using Grpc.Core;
using Xunit;

namespace EtcdEdge.Server.Tests.Checkpoints;

/// <summary>
/// Goal: the log stays within its bound whatever the writers do, and who reads, compacts or asks for alarms does not notice. Method: the whole server
/// in this process, with a directory where its checkpoints want to write a file.
/// </summary>
public sealed class LogBoundTests : IDisposable
{
    private const long Mebibyte = 1 << 20;
    private const int ValueBytes = 200_000;
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Snap => Path.Combine(_directory.Data, "member", "snap");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Writers_wait_for_checkpoints_and_are_refused_when_none_comes_while_everybody_else_is_served()
    {
        await using var server = await StartAsync();
        var inTheWay = Path.Combine(Snap, "checkpoint.tmp");
        Directory.CreateDirectory(inTheWay);
        var kv = new KV.KVClient(server.Channel);
        Assert.Equal("etcdserver: too many requests", await PutUntilRefusedAsync(kv));
        var bound = LogRoom.BoundOf(Mebibyte, 2 * Mebibyte, 1536 * 1024);
        Assert.InRange(LogBytes(), bound / 2, bound);

        Assert.Equal(1, (await kv.RangeAsync(new RangeRequest { Key = Key(0) }, cancellationToken: Cancel)).Count);
        await kv.CompactAsync(new CompactionRequest { Revision = 3, Physical = true }, cancellationToken: Cancel);
        await new Maintenance.MaintenanceClient(server.Channel).AlarmAsync(
            new AlarmRequest { Action = AlarmRequest.Types.AlarmAction.Activate, Alarm = AlarmType.Nospace }, cancellationToken: Cancel);
        await new Maintenance.MaintenanceClient(server.Channel).AlarmAsync(
            new AlarmRequest { Action = AlarmRequest.Types.AlarmAction.Deactivate, Alarm = AlarmType.Nospace }, cancellationToken: Cancel);
        Assert.Contains("LogNearBound", server.Log.Events);

        Directory.Delete(inTheWay);
        await PutAsync(kv, 0);
        for (var i = 0; i < 300; i++)
        {
            await PutAsync(kv, i);
        }

        Assert.InRange(LogBytes(), 1, bound);
    }

    [Fact]
    public async Task When_a_checkpoint_was_set_aside_there_are_two_again_at_once()
    {
        string[] files = [Path.Combine(Snap, "checkpoint-a"), Path.Combine(Snap, "checkpoint-b")];
        await using (var first = await StartAsync())
        {
            await PutAsync(new KV.KVClient(first.Channel), 1);
            for (var i = 0; i < files.Length; i++)
            {
                await new Maintenance.MaintenanceClient(first.Channel).DefragmentAsync(new DefragmentRequest(), cancellationToken: Cancel);
            }
        }

        File.WriteAllBytes(files[0], new byte[100]);
        await using var server = await StartAsync();
        await UntilAsync(() => server.Log.Events.Contains("CheckpointWritten"));
        Assert.Contains("CheckpointDamaged", server.Log.Events);
        Assert.All(files, file => Assert.True(File.Exists(file)));
    }

    private Task<RunningServer> StartAsync() => RunningServer.StartAsync(_directory.Data, options => options with
    {
        Wal = options.Wal with { SegmentBytes = (int)(2 * Mebibyte) },
        Checkpoint = options.Checkpoint with { LogBytes = Mebibyte },
    });

    private static async Task<string> PutUntilRefusedAsync(KV.KVClient kv)
    {
        for (var i = 0; i < 1_000; i++)
        {
            try
            {
                await PutAsync(kv, i);
            }
            catch (RpcException refused)
            {
                return refused.Status.Detail;
            }
        }

        return "nothing was refused";
    }

    private static async Task PutAsync(KV.KVClient kv, int i) => await kv.PutAsync(
        new PutRequest { Key = Key(i % 50), Value = ByteString.CopyFrom(new byte[ValueBytes]) }, cancellationToken: Cancel);

    private static ByteString Key(int i) => ByteString.CopyFromUtf8($"k{i}");

    private long LogBytes() => new DirectoryInfo(Path.Combine(_directory.Data, "member", "wal")).EnumerateFiles()
        .Sum(file => file.Exists ? file.Length : 0);

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (var tries = 0; !holds(); tries++)
        {
            Assert.True(tries < 200, "what was awaited has not come within 20 s");
            await Task.Delay(100, Cancel);
        }
    }
}
