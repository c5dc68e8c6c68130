using EtcdEdge.Configuration;
using EtcdEdge.Peers;
using EtcdEdge.Peers.Net;
using EtcdEdge.Peers.Tls;
using EtcdEdge.Raft;
using EtcdEdge.Server.Bootstrap;
using EtcdEdge.Server.Checkpoints;
using EtcdEdge.Server.Common;
using EtcdEdge.Server.Logging;
using EtcdEdge.Server.Metrics;
using EtcdEdge.Server.Node;
using EtcdEdge.Snapshots.State;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server;

/// <summary>
/// The running node: the loop on its thread, the log on the disk's, the connections to the other members, and the checkpoints.
/// </summary>
internal sealed class NodeRuntime : IAsyncDisposable
{
    private readonly NodeCore _core;
    private readonly DiskThread _disk;
    private readonly NodeLoop _loop;
    private readonly MemberStore _store;
    private readonly RemovedMemberShutdown _shutdown;
    private readonly TimeSpan _tick;

    /// <param name="core">The node that services hold.</param>
    /// <param name="store">The member's opened data directory; the runtime closes its log.</param>
    /// <param name="options">Timing, limits, peer URLs.</param>
    /// <param name="time">The monotonic clock.</param>
    /// <param name="metrics">Receives durations.</param>
    /// <param name="logger">Receives slow work, leader changes, peers and alarms.</param>
    /// <param name="tls">The peers' certificates, or null.</param>
    /// <param name="events">Called by the running node.</param>
    public NodeRuntime(
        NodeCore core, MemberStore store, ServerOptions options, TimeProvider time, EtcdMetrics metrics, ILogger logger, TlsContext? tls,
        NodeEvents events)
    {
        (_core, _store) = (core, store);
        _tick = options.Raft.HeartbeatInterval;
        _disk = new DiskThread(store.Wal, group => core.Driver.Post(NodeInputKind.Flushed, group), core.Failed);
        _shutdown = new RemovedMemberShutdown(store.Identity.MemberId, () => Node.Cluster, events.Leave) { Begins = events.Removed };
        var room = new LogRoom(
            store.Wal, LogRoom.BoundOf(options.Checkpoint.LogBytes, options.Wal.SegmentBytes, options.Requests.MaxRequestBytes),
                options.Wal.SegmentBytes);
        Checkpointer = new Checkpointer(
            store.Checkpoints, store.Wal, Node, store.FreeSpace, room, options.Checkpoint, _disk.Look, time, metrics.Checkpoints, logger);
        var raft = store.Replay.CreateRaft(RaftOptionsOf(options, store.Identity.MemberId));
        Peers = CreatePeers(options, time, metrics, logger, tls, events, raft);
        _loop = new NodeLoop(Parts(options, time, metrics, logger, raft, room), core.Ids);
        Timing = new ElectionTiming(options.Raft, metrics.Peers.RecentRoundTrips, metrics.Disk.RecentFlushes, time, logger, SetElectionTimeout);
    }

    public EtcdNode Node => _core.Node;

    public Checkpointer Checkpointer { get; }

    public ElectionTiming Timing { get; }

    public PeerTransport Peers { get; }

    /// <summary>Listens to the other members and dials them: from now on calls go both ways, while messages of Raft wait.</summary>
    /// <exception cref="ListenException">A peer URL cannot be listened on.</exception>
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
            _shutdown.Applied();
        }
        // One pool thread may be waiting for the disk (NodeDriver); as many as there are cores must remain.
        ThreadPool.GetMinThreads(out var workers, out var completions);
        ThreadPool.SetMinThreads(Math.Max(workers, Environment.ProcessorCount + 1), completions);
        _disk.Start();
        _core.Driver.Start(_loop, _disk);
        _core.Driver.Post(NodeInputKind.Control, (Action<NodeLoop>)(loop => loop.CampaignIfAlone()));
        Checkpointer.Start();
        Timing.Start();
    }

    public async ValueTask DisposeAsync()
    {
        Timing.Dispose();
        Checkpointer.Dispose();
        await Peers.DisposeAsync();
        _core.Driver.Dispose();
        _disk.Dispose();
    }

    private void SetElectionTimeout(TimeSpan timeout)
    {
        var (ticks, ms) = ((int)(timeout / _tick), (long)timeout.TotalMilliseconds);
        _core.Driver.Post(NodeInputKind.Control, (Action<NodeLoop>)(loop => loop.SetElectionTimeout(ticks, ms)));
    }

    private PeerTransport CreatePeers(
        ServerOptions options, TimeProvider time, EtcdMetrics metrics, ILogger logger, TlsContext? tls, NodeEvents events, RaftNode raft)
    {
        var identity = _store.Identity;
        var inputs = new PeerInputs(_core.Driver, events.Answer, _shutdown);
        var context = new PeerContext
        {
            Self = PeerOptions.Of(identity.ClusterId, identity.MemberId, options),
            Handlers = inputs.Handlers,
            SnapshotSource = new SnapshotSource(() => CapturedSnapshot.Of(_store.State, raft.ConfState)),
            SnapshotSink = new SnapshotSink(identity.MemberId, _store.Checkpoints, () => StateMachineParts.Create(options), inputs.Deliver),
            Metrics = metrics.Peers,
            Time = time,
            Logger = logger,
            LogThrottle = new LogThrottle(time),
        };
        return new PeerTransport(context, tls);
    }

    private NodeLoopParts Parts(ServerOptions options, TimeProvider time, EtcdMetrics metrics, ILogger logger, RaftNode raft, LogRoom room)
    {
        var electionMs = (long)options.Raft.ElectionTimeout.TotalMilliseconds;
        var journal = new NodeJournal(logger, options.Requests.QuotaBackendBytes);
        return new NodeLoopParts
        {
            Raft = raft,
            HardState = _store.Replay.LastHardState,
            Wal = _store.Wal,
            Room = room,
            RoomIsScarce = Checkpointer.Press,
            Disk = _disk,
            Peers = Peers,
            Gate = new ReconfigCheck(Peers, options.Cluster.StrictReconfigCheck, options.Cluster.MaxLearners),
            State = _store.State,
            Pending = _core.Pending,
            Reads = _core.Reads,
            Duties = new LeaderTasks(_store.State.Lessor, CompactorOf(options.Compaction), electionMs)
            {
                V2 = (_store.State.Applier.V2, time.UnixNanos),
            },
            Publish = (root, status) =>
            {
                Node.Publish(root, status);
                journal.Note(status, Node.Alarms, Node.Root.SizeBytes);
            },
            Removed = _shutdown.Applied,
            Installed = index =>
            {
                logger.StateInstalled(index);
                _ = Checkpointer.WriteNowAsync(shrink: false);
            },
            Meter = new LoopMeter(time, metrics, options.WarningApplyDuration, options.Raft.HeartbeatInterval, logger),
            ElectionTimeoutMs = electionMs,
            CatchUpEntries = options.Raft.SnapshotCatchupEntries,
            CompactionBatch = options.Compaction.BatchLimit,
            CompactionPauseMs = (long)options.Compaction.SleepInterval.TotalMilliseconds,
        };
    }

    private static Raft.Model.RaftOptions RaftOptionsOf(ServerOptions options, ulong memberId) => new()
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
