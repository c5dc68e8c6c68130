using EtcdEdge.Base;
using EtcdEdge.StateMachine.Lease;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Mvcc;
using EtcdEdge.StateMachine.Snapshot;
using EtcdEdge.StateMachine.V2;

namespace EtcdEdge.StateMachine;

/// <summary>The whole state at once: out for checkpoints and snapshots, in at a start or when the leader sends one.</summary>
public sealed partial class Applier
{
    /// <summary>
    /// The state after the last applied entry. Capturing it is O(leases); the records stay in place, and the writer of the snapshot walks them on its
    /// own thread.
    /// </summary>
    public StateSnapshot Capture(MvccRoot root)
    {
        Invariant.Require(root.Revision == store.Revision, "a snapshot holds the newest root");
        return new StateSnapshot(
            new StateSnapshotHeader
            {
                AppliedIndex = AppliedIndex,
                AppliedTerm = AppliedTerm,
                Revision = root.Revision,
                CompactRevision = root.CompactRevision,
                Leases = [.. lessor.ToRecords()],
                Alarms = alarms.Active,
                Cluster = cluster.View,
                Auth = auth.View,
                V2 = V2.View,
            },
            root);
    }

    /// <summary>Fills a new applier, its store and its lessor, all still empty, with a state.</summary>
    /// <param name="records">The store's records in revision order.</param>
    public void Restore(StateSnapshotHeader header, IEnumerable<Record> records)
    {
        BeginRestore(header);
        foreach (var record in records)
        {
            RestoreRecord(record);
        }

        EndRestore();
    }

    /// <summary><see cref="Restore"/> for records that come bit by bit: everything but them.</summary>
    public void BeginRestore(StateSnapshotHeader header)
    {
        Invariant.Require(AppliedIndex == 0, "a state is restored once, before any entry");
        foreach (var lease in header.Leases)
        {
            lessor.Grant(lease.Id, lease.TtlSeconds);
            lessor.Checkpoint(lease.Id, lease.CheckpointSeconds);
        }

        V2.Load(header.V2);
        LoadSmallParts(header);
        store.BeginLoad(header.Revision, header.CompactRevision);
    }

    /// <summary>The next record, in revision order.</summary>
    public void RestoreRecord(Record record) => store.Load(record);

    /// <summary>All records are there.</summary>
    public void EndRestore() => AttachAll();

    /// <summary>
    /// Replaces the whole state by one that a leader sent, in O(members): store, leases and v2 keys were restored on another thread, and must not be
    /// used elsewhere.
    /// </summary>
    public void TakeOver(StateSnapshotHeader header, MvccStore restoredStore, Lessor restoredLeases, V2Store restoredKeys)
    {
        Invariant.Require(header.AppliedIndex > AppliedIndex, "a state of the leader's is newer than what it replaces");
        store.TakeOver(restoredStore);
        lessor.TakeOver(restoredLeases);
        V2.TakeOver(restoredKeys);
        LoadSmallParts(header);
    }

    private void LoadSmallParts(StateSnapshotHeader header)
    {
        (AppliedIndex, AppliedTerm) = (header.AppliedIndex, header.AppliedTerm);
        alarms.Load(header.Alarms);
        cluster.Load(header.Cluster);
        auth.Load(header.Auth);
    }

    private void AttachAll()
    {
        var cursor = store.View.Tree.Walk(KeyRange.All);
        while (cursor.MoveNext())
        {
            if (cursor.Current.IsLive)
            {
                MoveLease(cursor.Current.Latest.Key, 0, cursor.Current.Latest.Lease);
            }
        }
    }
}
