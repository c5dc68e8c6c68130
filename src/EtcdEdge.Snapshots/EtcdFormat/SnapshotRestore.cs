using EtcdEdge.Configuration;
using EtcdEdge.Raft.Membership;
using EtcdEdge.Raft.Model;
using EtcdEdge.Snapshots.Members;
using EtcdEdge.Snapshots.State;
using EtcdEdge.StateMachine.Mvcc;
using EtcdEdge.StateMachine.Snapshot;
using EtcdEdge.Storage;

namespace EtcdEdge.Snapshots.EtcdFormat;

/// <summary>
/// <c>etcdutl snapshot restore</c>: a snapshot, ours or etcd's, as the data directory of a member of a new cluster (etcd
/// etcdutl/snapshot/v3_snapshot.go). Keys, revisions, leases, users and alarms stay; the members are those of --initial-cluster, and the log begins
/// anew.
/// </summary>
public static class SnapshotRestore
{
    /// <exception cref="ImportException">With etcd's words where etcd has some.</exception>
    public static void Run(IDisk disk, RestoreOptions options)
    {
        var birth = BirthOf(options);
        var self = birth.Named(options.Name)!;
        RequireEmpty(options);
        SnapshotChecksum.Check(options.SnapshotPath, options.SkipHashCheck);
        using var database = new EtcdDatabase(disk, options.SnapshotPath);
        var (hardState, entries) = birth.Log();
        var state = StateOf(database, birth, entries[^1], options.RevisionBump);
        DataDirectoryWriter.Write(
            disk, options.DataDir, options.WalDir, new MemberIdentity(birth.ClusterId, self.Id, self.Name), state, hardState, [.. entries]);
    }

    private static CapturedSnapshot StateOf(EtcdDatabase database, InitialClusterMembers birth, in Entry last, ulong revisionBump)
    {
        var header = database.ReadHeader();
        var store = StoreOf(database, header, checked((long)revisionBump));
        var root = store.Publish();
        header = header with
        {
            AppliedIndex = last.Index,
            AppliedTerm = last.Term,
            Revision = root.Revision,
            CompactRevision = root.CompactRevision,
            Cluster = header.Cluster with { Members = [.. birth.Members], Removed = [] },
        };
        return new CapturedSnapshot(new StateSnapshot(header, root), new ConfState { Voters = [.. birth.Members.Select(member => member.Id)] });
    }

    // etcd finishes a compaction it had promised when it starts on the file; and a bump is a promise to compact everything.
    private static MvccStore StoreOf(EtcdDatabase database, StateSnapshotHeader header, long bump)
    {
        var store = new MvccStore();
        store.Load(database.Records(), header.Revision + bump, header.CompactRevision);
        var compactAt = bump > 0 ? store.Revision : database.ScheduledCompactRevision;
        if (compactAt > header.CompactRevision)
        {
            store.Compact(compactAt);
        }

        while (store.CompactStep(EtcdFormatLimits.RestoreCompactionBatch))
        {
        }

        return store;
    }

    // In etcd's order.
    private static InitialClusterMembers BirthOf(RestoreOptions options)
    {
        if (!UrlList.TryParse(options.InitialAdvertisePeerUrls, out var peerUrls, out var complaint)
            || !InitialCluster.TryParse(options.InitialCluster, out var members, out complaint))
        {
            throw new ImportException(complaint);
        }

        var cluster = new ClusterOptions
        {
            AdvertisePeerUrls = peerUrls,
            InitialMembers = members,
            InitialClusterToken = options.InitialClusterToken
        };
        var mismatch = members.Count == 0
            ? $"couldn't find local name \"{options.Name}\" in the initial cluster configuration; --name must be one of the names in "
                + $"--initial-cluster"
            : new ServerOptions { Name = options.Name, Cluster = cluster }.ComplaintsAboutFounding().FirstOrDefault();
        return mismatch is null ? new InitialClusterMembers(cluster) : throw new ImportException(mismatch);
    }

    private static void RequireEmpty(RestoreOptions options)
    {
        if (File.Exists(options.DataDir) || (Directory.Exists(options.DataDir) && Directory.EnumerateFileSystemEntries(options.DataDir).Any()))
        {
            throw new ImportException($"data-dir \"{options.DataDir}\" not empty or could not be read");
        }

        if (options.WalDir.Length > 0 && Path.Exists(options.WalDir))
        {
            throw new ImportException($"wal-dir \"{options.WalDir}\" exists");
        }
    }
}
