using EtcdEdge.StateMachine.Mvcc;

namespace EtcdEdge.StateMachine;

/// <summary>The whole state at once: out for checkpoints and snapshots, in at a start or when the leader sends one.</summary>
public sealed partial class Applier
{
    /// <summary>
    /// The state after the last applied entry. Taking it is O(leases); the records stay where they are, and whoever writes the snapshot walks
    /// them on its own thread.
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
            },
            root);
    }

    /// <summary>Fills a new applier, its store and its lessor, all still empty, with a state.</summary>
    /// <param name="records">The store's records in revision order.</param>
    public void Restore(StateSnapshotHeader header, IEnumerable<Record> records)
    {
        Invariant.Require(AppliedIndex == 0, "a state is restored once, before any entry");
        AppliedIndex = header.AppliedIndex;
        AppliedTerm = header.AppliedTerm;
        foreach (var lease in header.Leases)
        {
            lessor.Grant(lease.Id, lease.TtlSeconds);
            lessor.Checkpoint(lease.Id, lease.CheckpointSeconds);
        }
        alarms.Load(header.Alarms);
        cluster.Load(header.Cluster);
        auth.Load(header.Auth);
        store.Load(records, header.Revision, header.CompactRevision);
        AttachAll();
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
