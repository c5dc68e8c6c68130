using System.Buffers;
using EtcdEdge.Api;
using EtcdEdge.Configuration;
using EtcdEdge.Raft.Membership;
using EtcdEdge.Raft.Model;
using EtcdEdge.Server.Bootstrap;
using EtcdEdge.Server.Logging;
using EtcdEdge.Server.Metrics;
using EtcdEdge.Snapshots.Checkpoints;
using EtcdEdge.Snapshots.State;
using EtcdEdge.StateMachine;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Requests;
using EtcdEdge.StateMachine.Snapshot;
using EtcdEdge.Testing;
using Google.Protobuf;
using Record = EtcdEdge.StateMachine.Model.Record;

namespace EtcdEdge.Server.Tests.Checkpoints;

/// <summary>
/// A single member on a simulated disk without its loop: requests go through the log into the state, checkpoints are written when a test says so,
/// and a start is the daemon's own.
/// </summary>
internal sealed class Board(int seed)
{
    private ulong _index;

    public SimDisk Disk { get; } = new(seed);

    public MemberStore Store { get; private set; } = null!;

    public ServerOptions Options { get; init; } = new()
    {
        Name = "a",
        DataDir = "/data",
        Cluster = new() { InitialMembers = [new("a", [new ListenUrl("http", "127.0.0.1", 1)])] },
        Wal = new() { SegmentBytes = 256 * 1024 },
    };

    public RunningServer.LogLines Log { get; } = new();

    public string Newest => Store.Checkpoints.Store.Newest!.Path;

    public string Previous => Store.Checkpoints.Store.Found[1].Path;

    public void Start()
    {
        Store = MemberStore.Open(Disk, Options, new EtcdMetrics(MetricsDetail.Basic, FeatureGates.Defaults), Log);
        _index = Store.Replay.LastIndex;
        RemoveCompacted();
    }

    /// <summary>The process is killed; what it wrote stays in the kernel.</summary>
    public void Kill()
    {
        Store.Wal.Dispose();
        Store.Dispose();
        Disk.Restart();
    }

    public void Put(string key, int size = 100) =>
        Log1(RequestKind.Put, new PutRequest { Key = ByteString.CopyFromUtf8(key), Value = ByteString.CopyFrom(new byte[size]) });

    public void Delete(string key) => Log1(RequestKind.DeleteRange, new DeleteRangeRequest { Key = ByteString.CopyFromUtf8(key) });

    public void Compact()
    {
        Log1(RequestKind.Compaction, new CompactionRequest { Revision = Store.State.Store.Revision });
        RemoveCompacted();
    }

    private void RemoveCompacted()
    {
        while (Store.State.Store.CompactStep(7))
        {
        }
    }

    /// <summary>One entry: durable, then applied.</summary>
    public void Log1(RequestKind kind, IMessage request)
    {
        var entry = EntryCodec.Encode(++_index, kind, new ReadOnlySequence<byte>(request.ToByteArray()));
        Store.Wal.Append(new HardState(1, 0, _index), [new Entry(1, _index, EntryType.Normal, entry)]);
        var group = Store.Wal.Seal()!;
        Store.Wal.Write(group);
        Store.Wal.Return(group);
        Store.State.Applier.Apply(_index, 1, entry, out _);
    }

    public CapturedSnapshot Capture() =>
        new(Store.State.Applier.Capture(Store.State.Store.Publish()), new ConfState { Voters = [Store.Identity.MemberId] });

    /// <summary>As the checkpointer and the disk thread do.</summary>
    public CheckpointResult Checkpoint(bool shrink = false)
    {
        var result = Store.Checkpoints.Write(Capture(), shrink);
        Store.Wal.ReleaseBefore(Store.Checkpoints.HeldTwice + 1);
        while (Store.Wal.Maintain())
        {
        }

        return result ?? throw new InvalidOperationException("a newer state is installed");
    }

    /// <summary>Everything the state holds, records and all, as text.</summary>
    public string Show() => Show(Capture().State);

    public static string Show(StateSnapshot state)
    {
        var records = new List<string>();
        foreach (var record in state.Root.History.From(0))
        {
            records.Add(Show(record));
        }

        state.Root.HashKv(0, out var hash);
        return $"{state.Header.Revision} {state.Header.CompactRevision} {hash.Hash:x} {string.Join(' ', state.Header.Leases)} "
            + $"{string.Join(' ', state.Header.Cluster.Members.Select(member => member.Name))} {string.Join('\n', records)}";
    }

    private static string Show(Record record) =>
        $"{record.ModRevision}.{record.SubRevision} {Convert.ToHexString(record.Key.Span)} {record.Value.Length} {record.CreateRevision} "
            + $"{record.Version} {record.Lease}";
}
