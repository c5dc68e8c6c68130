using EtcdEdge.Configuration;
using EtcdEdge.Peers;
using EtcdEdge.Raft;
using EtcdEdge.Raft.Membership;
using EtcdEdge.Raft.Model;
using EtcdEdge.Server.Bootstrap;
using EtcdEdge.Server.Metrics;
using EtcdEdge.Server.Node;
using EtcdEdge.Snapshots.Members;
using EtcdEdge.StateMachine.Cluster;
using EtcdEdge.Storage.Wal;
using EtcdEdge.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EtcdEdge.Server.Tests.Node;

/// <summary>
/// The node loop of m1, one of three, on a simulated disk: a test steps it, plays its leader m2, and decides when the disk has written a group.
/// </summary>
internal sealed class FollowerLoop : IPeers, IDiskQueue
{
    private const ulong Term = 2;
    private readonly SimDisk _disk = new(seed: 1);
    private readonly InitialClusterMembers _birth;
    private readonly ServerOptions _options;
    private MemberStore _store = null!;
    private NodeLoop _loop = null!;
    private RaftNode _raft = null!;
    private WalGroup? _group;

    public FollowerLoop()
    {
        InitialMember[] members = [.. Enumerable.Range(1, 3).Select(n => new InitialMember($"m{n}", [new ListenUrl("http", $"m{n}", 2380)]))];
        _options = new ServerOptions
        {
            Name = "m1",
            DataDir = "/data",
            Cluster = new() { InitialMembers = members },
            Wal = new() { SegmentBytes = 64 * 1024 }
        };
        _birth = new InitialClusterMembers(_options.Cluster);
        Start();
    }

    public ClusterView Cluster => _store.State.Cluster.View;

    /// <summary>The membership that decides who is spoken to and who is told that it was removed.</summary>
    public ClusterView Told { get; private set; } = new();

    public ulong IdOf(string name) => _birth.Named(name)!.Id;

    /// <summary>The leader appends the removal of a member; nobody knows yet whether it is committed.</summary>
    public void AppendRemoval(string name)
    {
        var change = new MembershipChange(7, MembershipChangeKind.Remove, _birth.Named(name)!);
        var data = (ConfChange.Of(ConfChangeType.Remove, change.Member.Id) with { Context = change.Encode() }).Encode();
        var last = _raft.LastIndex;
        Step(NodeInputKind.Message, FromLeader(MessageType.Append) with
        {
            Index = last,
            LogTerm = 1,
            Entries = new Entry[] { new(Term, last + 1, EntryType.ConfChange, data) },
            Commit = last,
        });
    }

    /// <summary>The leader says that everything is committed.</summary>
    public void Commit() => Step(NodeInputKind.Message, FromLeader(MessageType.Heartbeat) with { Commit = _raft.LastIndex });

    /// <summary>The disk writes and flushes what it was given, and the loop hears of it. False when it has nothing.</summary>
    public bool Flush()
    {
        if (_group is not { } group)
        {
            return false;
        }

        _group = null;
        _store.Wal.Write(group);
        Step(NodeInputKind.Flushed, group);
        return true;
    }

    /// <summary>Power goes, and comes back.</summary>
    public void Crash()
    {
        _store.Wal.Dispose();
        _store.Dispose();
        _group = null;
        _disk.Crash();
        Start();
    }

    void IPeers.SetMembers(ClusterView cluster) => Told = cluster;

    void IPeers.Send(IReadOnlyList<Message> messages)
    {
    }

    void IPeers.Forward(ulong leader, ReadOnlyMemory<byte> entry)
    {
    }

    TimeSpan? IPeers.ConnectedFor(ulong id) => null;

    void IDiskQueue.Submit(WalGroup group) => _group = group;

    private Message FromLeader(MessageType type) => new() { Type = type, From = IdOf("m2"), To = IdOf("m1"), Term = Term };

    private void Step(NodeInputKind kind, object subject) => _loop.Step([new NodeInput(kind, subject)], ticks: 0, nowMs: 0);

    private void Start()
    {
        _store = MemberStore.Open(_disk, _options, new EtcdMetrics(MetricsDetail.Basic, FeatureGates.Defaults), NullLogger.Instance);
        _raft = _store.Replay.CreateRaft(new Raft.Model.RaftOptions { Id = IdOf("m1"), ElectionTicks = 10, Seed = 1 });
        Told = Cluster;
        _loop = new NodeLoop(
            new NodeLoopParts
            {
                Raft = _raft,
                HardState = _store.Replay.LastHardState,
                Wal = _store.Wal,
                Room = new LogRoom(_store.Wal, boundBytes: 1 << 30, segmentBytes: 1 << 20),
                Disk = this,
                Peers = this,
                Gate = new ReconfigCheck(this, isStrict: true, maxLearners: 1),
                State = _store.State,
                Pending = new PendingRequests(1000),
                Reads = new LinearizableReads(1000, 1),
                Duties = new LeaderTasks(_store.State.Lessor, null, 1000),
                Publish = (_, _) => { },
                ElectionTimeoutMs = 1000,
                CatchUpEntries = 100,
                CompactionBatch = 10,
                CompactionPauseMs = 10,
            },
            new RequestIds(IdOf("m1"), 1));
    }
}
