using System.Globalization;
using EtcdEdge.Configuration;
using EtcdEdge.Raft.Model;
using EtcdEdge.Server.Common;
using EtcdEdge.Server.Logging;
using EtcdEdge.Server.Metrics;
using EtcdEdge.Snapshots.Checkpoints;
using EtcdEdge.Snapshots.Members;
using EtcdEdge.Snapshots.State;
using EtcdEdge.StateMachine.Cluster;
using EtcdEdge.Storage;
using EtcdEdge.Storage.Checkpoint;
using EtcdEdge.Storage.Wal;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server.Bootstrap;

/// <summary>
/// A member's opened data directory: its identity, its log, and the state that the log makes. A new member's first entries are durable before its
/// identity is written, so that a power cut in between leaves a directory that starts from the beginning.
/// </summary>
internal sealed class MemberStore : IDisposable
{
    private readonly DataDirectory _directory;

    private MemberStore(
        DataDirectory directory, NodeIdentity identity, MemberCheckpoints checkpoints, WriteAheadLog wal, LogReplay replay, StateMachineParts state)
    {
        _directory = directory;
        Checkpoints = checkpoints;
        Identity = identity;
        Wal = wal;
        Replay = replay;
        State = state;
    }

    public NodeIdentity Identity { get; }

    public MemberCheckpoints Checkpoints { get; }

    public required FreeSpace FreeSpace { get; init; }

    public WriteAheadLog Wal { get; }

    public LogReplay Replay { get; }

    public StateMachineParts State { get; }

    /// <summary>What reading the log found.</summary>
    public required WalRecovery Recovery { get; init; }

    /// <summary>Remarks about the data directory for the operator, one line each.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Opens the directory that the options name; initialises it for a new member if it is empty.</summary>
    /// <exception cref="StartException">It cannot be used.</exception>
    /// <param name="disk">The disk that it is on.</param>
    /// <param name="options">The member's name, and how the cluster is founded.</param>
    /// <param name="metrics">Counts flushes.</param>
    /// <param name="logger">Receives a line for each slow flush.</param>
    /// <param name="joined">The cluster that a new member joins; null for one that founds its cluster, and for one with data.</param>
    public static MemberStore Open(IDisk disk, ServerOptions options, EtcdMetrics metrics, ILogger logger, ExistingCluster? joined = null)
    {
        DataDirectory? directory = null;
        try
        {
            directory = DataDirectory.Open(disk, options.DataDir, options.WalDir);
            return Open(disk, directory, options, metrics, logger, joined);
        }
        catch (Exception refusal) when (refusal is DiskException or DataDirectoryException or CheckpointException)
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

    /// <summary>Any thread: what this process has written.</summary>
    public WearReadings Wear()
    {
        var (log, checkpoints) = (Wal.Statistics, Checkpoints.Store.Statistics);
        return new WearReadings(log.BytesWritten, log.Syncs, checkpoints.BytesWritten, checkpoints.Syncs, Wal.BytesOnDisk, FreeSpace.Bytes);
    }

    public void Dispose() => _directory.Dispose();

    private static MemberStore Open(
        IDisk disk, DataDirectory directory, ServerOptions options, EtcdMetrics metrics, ILogger logger, ExistingCluster? joined)
    {
        var isNew = directory.Identity is null;
        var birth = isNew && joined is null ? BirthOf(options) : null;
        var identity = directory.Identity is { } known ? new NodeIdentity(known.ClusterId, known.MemberId, options.Name)
            : joined is not null ? new NodeIdentity(joined.ClusterId, joined.MemberId, options.Name)
            : new NodeIdentity(birth!.ClusterId, birth.Named(options.Name)!.Id, options.Name);
        var walOptions = WalOptionsOf(options, identity, create: isNew, metrics, logger);
        var space = new FreeSpace(disk, [directory.MemberPath, directory.WalPath],
            BootstrapLimits.FreeSpaceSegments * (long)options.Wal.SegmentBytes);
        var recovery = new CheckpointRecovery(options, OpenCheckpoints(disk, directory, identity, space, metrics, logger), metrics.Checkpoints,
            logger);
        var (state, replay, opening) = recovery.Read(disk, directory.WalPath, walOptions);
        if (opening.Damage is { } damage)
        {
            RequireAcceptance(damage, opening.EndsWith, state.Cluster.View.Members.Length, recovery.KnownMembers, options);
            (state, replay, opening) = recovery.Read(disk, directory.WalPath, walOptions with { AcceptLoss = true });
        }

        if (opening.Log is not { } wal)
        {
            throw new StartException(opening.Damage!.ToString());
        }

        if (birth is not null)
        {
            WriteBirth(wal, replay, birth);
        }

        if (options.Cluster.ForceNewCluster)
        {
            WriteForced(wal, replay, state, identity.MemberId);
        }

        if (isNew)
        {
            directory.Claim(new MemberIdentity(identity.ClusterId, identity.MemberId, identity.Name));
        }

        state.Store.Totals.Clear();
        state.Lessor.ClearTotals();
        return new MemberStore(directory, identity, recovery.Checkpoints, wal, replay, state)
        {
            FreeSpace = space,
            Recovery = opening.Recovery,
            Warnings = [.. directory.Warnings, .. isNew ? [] : IgnoredFlags(directory.Identity!, options)],
        };
    }

    private static MemberCheckpoints OpenCheckpoints(
        IDisk disk, DataDirectory directory, NodeIdentity identity, FreeSpace space, EtcdMetrics metrics, ILogger logger)
    {
        var store = CheckpointStore.Open(disk, directory.SnapshotPath, new MemberIdentity(identity.ClusterId, identity.MemberId, identity.Name));
        if (store.JournalFailure is { } unreadable)
        {
            logger.CheckpointJournalUnreadable(unreadable.Message);
        }

        store.Flushed = metrics.Disk.CheckpointFlushed;
        return new MemberCheckpoints(store, space);
    }

    /// <summary>
    /// Only a single member may give up acknowledged writes: one of several would break its promise to the others, which can restore it. The log is
    /// first read without changing it, to decide between the two.
    /// </summary>
    private static void RequireAcceptance(WalDamage damage, ulong endsWith, int members, IReadOnlyList<Member> known, ServerOptions options)
    {
        if (!options.Wal.AcceptLoss)
        {
            throw endsWith > 0 ? new MissingStateException(damage.ToString(), endsWith, known) : new StartException(damage.ToString());
        }

        if (members != 1)
        {
            throw new StartException($"{damage} --wal-accept-loss is for a single member; "
                + (members == 0 ? "what is left of this log does not say that it was one" : $"this is one of {members}"));
        }
    }

    // As in etcd: a member with data founds nothing, so the options of the founding are not checked (server/etcdserver/bootstrap.go).
    private static IEnumerable<string> IgnoredFlags(MemberIdentity known, ServerOptions options)
    {
        if (known.Name != options.Name)
        {
            yield return $"the data directory was made by a member named \"{known.Name}\"; it is published as \"{options.Name}\" from now on";
        }

        if (options.Cluster.InitialClusterState == InitialClusterState.New && new InitialClusterMembers(options.Cluster).ClusterId != known.ClusterId)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"the data directory holds member {known.MemberId:x} of cluster {known.ClusterId:x}; --initial-cluster, --initial-cluster-token and ")
                + "--initial-advertise-peer-urls describe another cluster and are ignored: they only matter without data";
        }

        if (options.Cluster.ForceNewCluster)
        {
            yield return "--force-new-cluster is given: this member is alone now; take the flag away, or what is added to it is removed at the "
                + "next start";
        }

        if (options.Wal.AcceptLoss)
        {
            yield return "--wal-accept-loss is given: take it away once the server has started, or the next damage is cut unasked";
        }
    }

    private static InitialClusterMembers BirthOf(ServerOptions options)
    {
        var birth = new InitialClusterMembers(options.Cluster);
        return birth.Named(options.Name) is null
            ? throw new StartException($"couldn't find local name \"{options.Name}\" in the initial cluster configuration; "
                + "--name must be one of the names in --initial-cluster")
            : birth;
    }

    private static Storage.Wal.WalOptions WalOptionsOf(ServerOptions options, NodeIdentity identity, bool create, EtcdMetrics metrics,
        ILogger logger) => new()
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
                if (flush.Sync > BootstrapLimits.SlowFdatasync)
                {
                    logger.SlowFdatasync(flush.Sync, BootstrapLimits.SlowFdatasync);
                }
            },
            SpareFailed = failure =>
            {
                metrics.Disk.SpareFailed();
                logger.SpareSegmentFailed(failure.Message);
            },
        };

    private static void WriteBirth(WriteAheadLog wal, LogReplay replay, InitialClusterMembers birth)
    {
        if (replay.LastIndex == 0)
        {
            var (hardState, entries) = birth.Log();
            Write(wal, replay, hardState, entries);
        }
    }

    private static void WriteForced(WriteAheadLog wal, LogReplay replay, StateMachineParts state, ulong self)
    {
        // The whole log counts: its end may have been acknowledged although this member had not learned that it is committed. etcd loses it.
        replay.HardState(replay.LastHardState with { Commit = replay.LastIndex });
        var (hardState, entries) = ForcedCluster.Log(replay.LastHardState, replay.LastIndex, state.Cluster.View, self);
        if (entries.Count > 0)
        {
            Write(wal, replay, hardState, entries);
        }
    }

    private static void Write(WriteAheadLog wal, LogReplay replay, HardState hardState, IReadOnlyList<Entry> entries)
    {
        wal.Append(hardState, [.. entries]);
        var group = wal.Seal()!;
        wal.Write(group);
        wal.Return(group);
        foreach (var entry in entries)
        {
            replay.Append(entry);
        }

        replay.HardState(hardState);
    }
}
