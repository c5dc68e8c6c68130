using EtcdEdge.Server.Bootstrap;
using EtcdEdge.Server.Configuration;
using EtcdEdge.Server.Metrics;
using EtcdEdge.Storage;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server.Node;

/// <summary>The running node: the loop on its thread, the log on the disk's, and the <see cref="EtcdNode"/> that others hold.</summary>
internal sealed class NodeRuntime : IDisposable
{
    private readonly NodeDriver _driver;
    private readonly DiskThread _disk;
    private readonly NodeLoop _loop;

    /// <param name="store">The member's opened data directory; the runtime closes its log.</param>
    /// <param name="options">Timing and bounds.</param>
    /// <param name="time">The monotonic clock.</param>
    /// <param name="metrics">Where durations go.</param>
    /// <param name="logger">Where slow work, leaders and alarms are told.</param>
    /// <param name="published">Called on the loop's thread after each newly published root.</param>
    /// <param name="failed">Called once when the node cannot go on; the process has to end.</param>
    public NodeRuntime(
        MemberStore store, ServerOptions options, TimeProvider time, EtcdMetrics metrics, ILogger logger, Action published, Action<Exception> failed)
    {
        _driver = new NodeDriver(new Ticker(time, options.Raft.HeartbeatInterval), failed);
        long timeoutMs = (long)options.Raft.RequestTimeout.TotalMilliseconds;
        var pending = new PendingRequests(timeoutMs);
        var ids = new RequestIds(store.Identity.MemberId, (ulong)Random.Shared.NextInt64());
        Node = new EtcdNode(store.Identity, _driver.Post, pending, store.State, ids, options.Requests.MaxRequestBytes, published);
        var journal = new NodeJournal(logger, options.Requests.QuotaBackendBytes);
        _disk = new DiskThread(store.Wal, _driver, failed);
        _loop = new NodeLoop(
            new NodeLoopParts
            {
                Raft = store.Replay.CreateRaft(RaftOptionsOf(options, store.Identity.MemberId)),
                HardState = store.Replay.LastHardState,
                Wal = store.Wal,
                Disk = _disk,
                Peers = new NoPeers(),
                State = store.State,
                Pending = pending,
                Reads = new LinearizableReads(timeoutMs, (ulong)Random.Shared.NextInt64()),
                Duties = new LeaderDuties(store.State.Lessor, CompactorOf(options.Compaction), (long)options.Raft.ElectionTimeout.TotalMilliseconds),
                Publish = (root, status) =>
                {
                    Node.Publish(root, status);
                    journal.Note(status, Node.Alarms, Node.Root.SizeBytes);
                },
                Meter = new LoopMeter(time, metrics, options.WarningApplyDuration, logger),
                CatchUpEntries = options.Raft.SnapshotCatchupEntries,
                CompactionBatch = options.Compaction.BatchLimit,
                CompactionPauseMs = (long)options.Compaction.SleepInterval.TotalMilliseconds,
            },
            ids);
    }

    public EtcdNode Node { get; }

    public void Start()
    {
        _disk.Start();
        _driver.Start(_loop);
        _driver.Post(NodeInputKind.Control, (Action<NodeLoop>)(loop => loop.CampaignIfAlone()));
    }

    public void Dispose()
    {
        _driver.Dispose();
        _disk.Dispose();
    }

    private static Raft.RaftOptions RaftOptionsOf(ServerOptions options, ulong memberId) => new()
    {
        Id = memberId,
        ElectionTicks = options.Raft.ElectionTicks,
        PreVote = options.Raft.PreVote,
        Seed = (ulong)Random.Shared.NextInt64(),
    };

    private static IAutoCompactor? CompactorOf(CompactionOptions options) => options switch
    {
        { IsOn: false } => null,
        { Mode: CompactionMode.Periodic } => new PeriodicCompactor(options.RetentionPeriod),
        _ => new RevisionCompactor(options.RetentionRevisions),
    };
}
