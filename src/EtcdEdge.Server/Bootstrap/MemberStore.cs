using EtcdEdge.Raft;
using EtcdEdge.Server.Configuration;
using EtcdEdge.Server.Metrics;
using EtcdEdge.Server.Node;
using EtcdEdge.Storage;
using EtcdEdge.Storage.Wal;

namespace EtcdEdge.Server.Bootstrap;

/// <summary>
/// A member's data directory, opened: who the member is, its log, and the state that its log means. A new member's first entries are durable
/// before its identity is written, so that a power cut in between leaves a directory that simply starts anew.
/// </summary>
internal sealed class MemberStore : IDisposable
{
    private readonly DataDirectory _directory;

    private MemberStore(DataDirectory directory, NodeIdentity identity, WriteAheadLog wal, LogReplay replay, StateMachineParts state)
    {
        _directory = directory;
        Identity = identity;
        Wal = wal;
        Replay = replay;
        State = state;
    }

    public NodeIdentity Identity { get; }

    public WriteAheadLog Wal { get; }

    public LogReplay Replay { get; }

    public StateMachineParts State { get; }

    /// <summary>What reading the log found.</summary>
    public required WalRecovery Recovery { get; init; }

    /// <summary>What the operator should know of the data directory, one line each.</summary>
    public IReadOnlyList<string> Warnings => _directory.Warnings;

    /// <summary>Opens the directory that the options name, and makes it a new member's if nobody has claimed it.</summary>
    /// <exception cref="StartException">It cannot be used.</exception>
    public static MemberStore Open(IDisk disk, ServerOptions options, EtcdMetrics metrics)
    {
        DataDirectory? directory = null;
        try
        {
            directory = DataDirectory.Open(disk, options.DataDir, options.WalDir);
            return Open(disk, directory, options, metrics);
        }
        catch (Exception refusal) when (refusal is DiskException or DataDirectoryException)
        {
            directory?.Dispose();
            throw new StartException(refusal.Message, refusal);
        }
        catch
        {
            directory?.Dispose();
            throw;
        }
    }

    public void Dispose() => _directory.Dispose();

    private static MemberStore Open(IDisk disk, DataDirectory directory, ServerOptions options, EtcdMetrics metrics)
    {
        var birth = directory.Identity is null ? BirthOf(options) : null;
        var identity = IdentityOf(directory, birth, options);
        var state = StateMachineParts.Create(options);
        var replay = new LogReplay(state, options.Raft.SnapshotCatchupEntries);
        var opening = WriteAheadLog.Open(disk, directory.WalPath, WalOptionsOf(options, identity, create: birth is not null, metrics), replay);
        if (opening.Log is not { } wal)
        {
            throw new StartException(opening.Damage!.ToString());
        }
        if (birth is not null)
        {
            WriteBirth(wal, replay, birth);
            directory.Claim(new MemberIdentity(identity.ClusterId, identity.MemberId, identity.Name));
        }
        return new MemberStore(directory, identity, wal, replay, state) { Recovery = opening.Recovery };
    }

    private static ClusterBirth BirthOf(ServerOptions options)
    {
        var birth = new ClusterBirth(options.Cluster);
        return birth.Named(options.Name) is null
            ? throw new StartException($"couldn't find local name \"{options.Name}\" in the initial cluster configuration; "
                + "--name must be one of the names in --initial-cluster")
            : birth;
    }

    private static NodeIdentity IdentityOf(DataDirectory directory, ClusterBirth? birth, ServerOptions options) => directory.Identity is { } known
        ? new NodeIdentity(known.ClusterId, known.MemberId, options.Name)
        : new NodeIdentity(birth!.ClusterId, birth.Named(options.Name)!.Id, options.Name);

    private static Storage.Wal.WalOptions WalOptionsOf(ServerOptions options, NodeIdentity identity, bool create, EtcdMetrics metrics) => new()
    {
        ClusterId = identity.ClusterId,
        MemberId = identity.MemberId,
        Create = create,
        SegmentSize = options.Wal.SegmentBytes,
        PageSize = options.Wal.PageBytes,
        Flushed = flush =>
        {
            metrics.Disk.WalWritten(flush.Bytes, flush.Write);
            metrics.Disk.WalFlushed(flush.Sync);
        },
    };

    private static void WriteBirth(WriteAheadLog wal, LogReplay replay, ClusterBirth birth)
    {
        if (replay.LastIndex > 0)
        {
            return;
        }
        var entries = birth.Entries();
        wal.Append(birth.HardState, entries);
        var group = wal.Seal()!;
        wal.Write(group);
        wal.Return(group);
        foreach (var entry in entries)
        {
            replay.Append(entry);
        }
        replay.HardState(birth.HardState);
    }
}
