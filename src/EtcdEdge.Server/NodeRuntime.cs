using EtcdEdge.Configuration;
using EtcdEdge.Peers;
using EtcdEdge.Peers.Net;
using EtcdEdge.Peers.Tls;
using EtcdEdge.Server.Api.V2;
using EtcdEdge.Server.Bootstrap;
using EtcdEdge.Server.Checkpoints;
using EtcdEdge.Server.Common;
using EtcdEdge.Server.Logging;
using EtcdEdge.Server.Metrics;
using EtcdEdge.Server.Node;
using EtcdEdge.Snapshots.Checkpoints;
using EtcdEdge.Snapshots.State;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server;

/// <summary>
/// The running node: the loop on its thread, the log on the disk's, the connections to the other members, and the <see cref="EtcdNode"/> that
/// services hold.
/// </summary>
internal sealed class NodeRuntime : IAsyncDisposable
{
    private readonly NodeDriver _driver;
    private readonly DiskThread _disk;
    private readonly NodeLoop _loop;
    private readonly MemberStore _store;
    private readonly Checkpointer _checkpointer;
    private readonly RemovedMemberShutdown _departure;
    private readonly TimeSpan _tick;

    /// <param name="store">The member's opened data directory; the runtime closes its log.</param>
    /// <param name="options">Timing, bounds, peer URLs.</param>
    /// <param name="time">The monotonic clock.</param>
    /// <param name="metrics">Where durations go.</param>
    /// <param name="logger">Where slow work, leaders, peers and alarms are told.</param>
    /// <param name="tls">The peers' certificates, or null.</param>
    /// <param name="events">Whom the runtime calls back.</param>
    public NodeRuntime(
        MemberStore store, ServerOptions options, TimeProvider time, EtcdMetrics metrics, ILogger logger, TlsContext? tls, NodeEvents events)
    {
        _store = store;
        _tick = options.Raft.HeartbeatInterval;
        _driver = new NodeDriver(new Ticker(time, options.Raft.HeartbeatInterval), events.Failed);
        var timeoutMs = (long)options.Raft.RequestTimeout.TotalMilliseconds;
        var electionMs = (long)options.Raft.ElectionTimeout.TotalMilliseconds;
        var pending = new PendingRequests(timeoutMs);
        var ids = new RequestIds(store.Identity.MemberId, (ulong)Random.Shared.NextInt64());
        var reads = new LinearizableReads(timeoutMs, (ulong)Random.Shared.NextInt64());
        Node = new EtcdNode(store.Identity, _driver.Post, pending, reads, store.State, ids, options.Requests.MaxRequestBytes, events.Published);
        var journal = new NodeJournal(logger, options.Requests.QuotaBackendBytes);
        _disk = new DiskThread(store.Wal, group => _driver.Post(NodeInputKind.Flushed, group), events.Failed);
        _departure = new RemovedMemberShutdown(store.Identity.MemberId, () => Node.Cluster, events.Leave) { Begins = events.Removed };
        var inputs = new PeerInputs(_driver, events.Answer, _departure);
        var states = new SnapshotSink(store.Identity.MemberId, store.Checkpoints, () => StateMachineParts.Create(options), inputs.Deliver);
        Peers = new PeerTransport(
            ContextOf(store.Identity, options, time, metrics, logger, inputs.Handlers, new SnapshotSource(() => _loop!.CaptureNow()), states), tls);
        var room = new LogRoom(
            store.Wal, LogRoom.BoundOf(options.Checkpoint.LogBytes, options.Wal.SegmentBytes, options.Requests.MaxRequestBytes), options.Wal.SegmentBytes);
        _loop = new NodeLoop(
            new NodeLoopParts
            {
                Raft = store.Replay.CreateRaft(RaftOptionsOf(options, store.Identity.MemberId)),
                HardState = store.Replay.LastHardState,
                Wal = store.Wal,
                Room = room,
                RoomIsScarce = () => _checkpointer!.Press(),
                Disk = _disk,
                Peers = Peers,
                Gate = new ReconfigCheck(Peers, options.Cluster.StrictReconfigCheck, options.Cluster.MaxLearners),
                State = store.State,
                Pending = pending,
                Reads = reads,
                Duties = new LeaderTasks(store.State.Lessor, CompactorOf(options.Compaction), electionMs)
                {
                    V2 = (store.State.Applier.V2, time.UnixNanos),
                },
                Publish = (root, status) =>
                {
                    Node.Publish(root, status);
                    journal.Note(status, Node.Alarms, Node.Root.SizeBytes);
                },
                Removed = _departure.Applied,
                Installed = index =>
                {
                    logger.StateInstalled(index);
                    _ = _checkpointer!.WriteNowAsync(shrink: false);
                },
                Meter = new LoopMeter(time, metrics, options.WarningApplyDuration, logger),
                ElectionTimeoutMs = electionMs,
                CatchUpEntries = options.Raft.SnapshotCatchupEntries,
                CompactionBatch = options.Compaction.BatchLimit,
                CompactionPauseMs = (long)options.Compaction.SleepInterval.TotalMilliseconds,
            },
            ids);
        Timing = new ElectionTiming(options.Raft, metrics.Peers.RecentRoundTrips, metrics.Disk.RecentFlushes, time, logger, SetElectionTimeout);
        _checkpointer = new Checkpointer(
            store.Checkpoints, store.Wal, Node, store.FreeSpace, room, options.Checkpoint, _disk.Look, time, metrics.Checkpoints, logger);
    }

    public EtcdNode Node { get; }

    public Checkpointer Checkpointer => _checkpointer;

    public ElectionTiming Timing { get; }

    public PeerTransport Peers { get; }

    /// <summary>Listens to the other members and dials them: from now on calls go both ways, while messages of Raft wait.</summary>
    /// <exception cref="Listen.ListenException">A peer URL cannot be listened on.</exception>
    public void Connect()
    {
        Peers.SetMembers(_store.State.Cluster.View);
        Peers.Listen();
    }

    /// <summary>After <see cref="Connect"/>: takes part in Raft.</summary>
    public void Start()
    {
        if (Node.Cluster.Removed.Contains(Node.MemberId))
        {
            // Applied before this start, or while its log was read.
            _departure.Applied();
        }
        // One thread of the pool may be waiting for the card (NodeDriver); as many as there are cores must be left.
        ThreadPool.GetMinThreads(out var workers, out var completions);
        ThreadPool.SetMinThreads(Math.Max(workers, Environment.ProcessorCount + 1), completions);
        _disk.Start();
        _driver.Start(_loop, _disk);
        _driver.Post(NodeInputKind.Control, (Action<NodeLoop>)(loop => loop.CampaignIfAlone()));
        _checkpointer.Start();
        Timing.Start();
    }

    public async ValueTask DisposeAsync()
    {
        Timing.Dispose();
        _checkpointer.Dispose();
        await Peers.DisposeAsync();
        _driver.Dispose();
        _disk.Dispose();
    }

    private void SetElectionTimeout(TimeSpan timeout)
    {
        var (ticks, ms) = ((int)(timeout / _tick), (long)timeout.TotalMilliseconds);
        _driver.Post(NodeInputKind.Control, (Action<NodeLoop>)(loop => loop.SetElectionTimeout(ticks, ms)));
    }

    private static PeerContext ContextOf(
        NodeIdentity identity, ServerOptions options, TimeProvider time, EtcdMetrics metrics, ILogger logger, PeerHandlers handlers,
        ISnapshotSource source, ISnapshotSink sink)
    {
        return new PeerContext
        {
            Self = PeerOptions.Of(identity.ClusterId, identity.MemberId, options),
            Handlers = handlers,
            SnapshotSource = source,
            SnapshotSink = sink,
            Metrics = metrics.Peers,
            Time = time,
            Logger = logger,
            LogThrottle = new LogThrottle(time),
        };
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
