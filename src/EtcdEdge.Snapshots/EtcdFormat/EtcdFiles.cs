using EtcdEdge.Snapshots.State;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Mvcc;
using EtcdEdge.StateMachine.Snapshot;
using EtcdEdge.Storage;

namespace EtcdEdge.Snapshots.EtcdFormat;

/// <summary>What the tools do with etcd's files, on the real disk.</summary>
public static class EtcdFiles
{
    /// <exception cref="ImportException">The file cannot be read.</exception>
    public static DatabaseStatus Status(string path) => DatabaseStatus.Of(new FileDisk(), path);

    /// <summary>The hash of the keys up to a revision; 0 is the newest. Holds all of them in memory, as etcdutl does their index.</summary>
    /// <exception cref="ImportException">The file cannot be read, or the revision is none of its.</exception>
    public static KeyHash HashKv(string path, long revision)
    {
        using var database = new EtcdDatabase(new FileDisk(), path);
        var error = StoreOf(database, database.ReadHeader()).Publish().HashKv(revision, out var hash);
        return error switch
        {
            EtcdError.FutureRevision => throw new ImportException("mvcc: required revision is a future revision"),
            EtcdError.Compacted => throw new ImportException("mvcc: required revision has been compacted"),
            _ => new KeyHash(hash.Hash, hash.Revision, hash.CompactRevision),
        };
    }

    /// <summary>Makes a data directory of a snapshot.</summary>
    /// <exception cref="ImportException">It was not made, or not finished.</exception>
    public static void Restore(RestoreOptions options) => SnapshotRestore.Run(new FileDisk(), options);

    /// <summary>Takes a stopped etcd member's data directory over.</summary>
    /// <exception cref="ImportException">It was not, or not to the end.</exception>
    public static ImportReport Import(string from, string walDir, string to) => new EtcdImport(new FileDisk()).Run(from, walDir, to);

    // etcd resumes a scheduled compaction as soon as it opens the database.
    private static MvccStore StoreOf(EtcdDatabase database, StateSnapshotHeader header)
    {
        var store = new MvccStore();
        store.Load(database.Records(), header.Revision, header.CompactRevision);
        if (database.ScheduledCompactRevision > header.CompactRevision)
        {
            store.Compact(database.ScheduledCompactRevision);
        }

        return store;
    }
}
