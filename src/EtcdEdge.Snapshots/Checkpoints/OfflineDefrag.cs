using EtcdEdge.Snapshots.State;
using EtcdEdge.StateMachine.Mvcc;
using EtcdEdge.StateMachine.Snapshot;
using EtcdEdge.Storage;
using EtcdEdge.Storage.Checkpoint;

namespace EtcdEdge.Snapshots.Checkpoints;

/// <summary>
/// etcdutl defrag: both checkpoints of a stopped member are written anew, without free space. The log is left as it is: the next start reads on from
/// the newest checkpoint, which holds the same entries as before.
/// </summary>
public static class OfflineDefrag
{
    /// <summary>Returns the bytes of the files before and after; both 0 when the member has no checkpoint yet.</summary>
    /// <exception cref="IOException">The directory cannot be used, is in use, or its newest checkpoint is damaged; nothing was changed.</exception>
    public static (long Before, long After) Run(IDisk disk, string dataDir)
    {
        if (disk.Stat(Path.Combine(dataDir, "member")) is null)
        {
            throw new DataDirectoryException($"{dataDir} holds no member");
        }

        using var directory = DataDirectory.Open(disk, dataDir, null);
        var identity = directory.Identity ?? throw new DataDirectoryException($"{dataDir} holds no member");
        var store = CheckpointStore.Open(disk, directory.SnapshotPath, identity);
        var before = store.BytesOnDisk();
        if (store.Newest is { } newest)
        {
            var checkpoints = new MemberCheckpoints(store);
            var captured = Load(checkpoints, newest);
            // The older one first: until it is whole and new the newest stays as it is.
            checkpoints.Write(captured, shrink: true);
            checkpoints.Write(captured, shrink: true);
        }

        return (before, store.BytesOnDisk());
    }

    private static CapturedSnapshot Load(MemberCheckpoints checkpoints, CheckpointSlot slot)
    {
        using var read = checkpoints.Read(slot);
        var head = read.Head();
        var records = new MvccStore();
        records.Load(read.Records(), head.State.Revision, head.State.CompactRevision);
        return new CapturedSnapshot(new StateSnapshot(head.State, records.Publish()), head.Membership);
    }
}
