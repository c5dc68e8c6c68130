using System.Buffers;
using EtcdEdge.Api;
using EtcdEdge.Configuration;
using EtcdEdge.Peers;
using EtcdEdge.Server.Bootstrap;
using EtcdEdge.Server.Metrics;
using EtcdEdge.Server.Node;
using EtcdEdge.Server.Tests.Peers;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.Storage;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EtcdEdge.Server.Tests.Node;

// Goal: whatever has to be done is done at once, without a tick to help. Method: a member alone on a file system whose flushes cost nothing, so that
// they are told of while others have the turn; its clock stands still, so that a wake-up that is lost is never made up for.
public sealed class NodeRuntimeTests
{
    private const string MemoryFileSystem = "/dev/shm";

    /// <summary>So many that the node's own thread takes turns, and others theirs in between.</summary>
    private const int Writers = 1_000;
    private const int WritesEach = 200;
    private static readonly TimeSpan s_never = TimeSpan.FromHours(10);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Writes_on_a_disk_that_is_done_at_once_wait_for_no_tick()
    {
        var directory = Path.Combine(Directory.Exists(MemoryFileSystem) ? MemoryFileSystem : Path.GetTempPath(), $"node-{Guid.NewGuid():N}");
        try
        {
            await WriteAsync(directory);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task WriteAsync(string directory)
    {
        var options = new ServerOptions
        {
            Name = "m1",
            DataDir = directory,
            Cluster = new() { InitialMembers = [new InitialMember("m1", [new ListenUrl("http", "m1", 2380)])] },
            Raft = new() { HeartbeatInterval = s_never, ElectionTimeout = 10 * s_never },
        };
        var metrics = new EtcdMetrics(MetricsDetail.Basic, FeatureGates.Defaults);
        var failed = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        var store = MemberStore.Open(new FileDisk(), options, metrics, NullLogger.Instance);
        var time = new FakeTimeProvider();
        var core = new NodeCore(store, options, time, failure => failed.TrySetResult(failure));
        var runtime = new NodeRuntime(core, store, options, time, metrics, NullLogger.Instance, tls: null, new NodeEvents
        {
            Removed = () => { },
            Leave = _ => { },
            Answer = (_, _) => ValueTask.FromResult(new PeerAnswer(PeerAnswer.UnknownKind)),
        });
        runtime.Start();
        await Eventually.IsTrue(() => runtime.Node.Status.IsLeader, Cancel);

        var writers = Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync(runtime.Node, writer), Cancel)));
        var first = await Task.WhenAny(writers, failed.Task, Task.Delay(TimeSpan.FromSeconds(60), Cancel));
        Assert.True(first == writers, failed.Task.IsCompleted ? $"{await failed.Task}" : $"the node sleeps at revision {runtime.Node.Root.Revision}");
        await writers;
        Assert.Equal(1 + (Writers * WritesEach), runtime.Node.Root.Revision);

        // Only here: a node that sleeps through its work would sleep through its end as well.
        await runtime.DisposeAsync();
        store.Dispose();
    }

    private static async Task WriteAsync(IEtcdNode node, int writer)
    {
        var put = new ReadOnlySequence<byte>(new PutRequest { Key = ByteString.CopyFromUtf8($"k{writer}") }.ToByteArray());
        for (var n = 0; n < WritesEach; n++)
        {
            Assert.Equal(EtcdError.None, (await node.ProposeAsServerAsync(RequestKind.Put, put, Cancel)).Error);
        }
    }
}
