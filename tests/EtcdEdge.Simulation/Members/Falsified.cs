using EtcdEdge.Snapshots.State;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Mvcc;

namespace EtcdEdge.Simulation.Members;

/// <summary>For <see cref="Bug.SnapshotWithoutHash"/>: a state with a wrong byte in its values, and every checksum as if that were right.</summary>
internal static class Falsified
{
    public static CapturedSnapshot Of(CapturedSnapshot captured)
    {
        var root = captured.State.Root;
        var records = new List<Record>();
        foreach (var record in root.History.From(0))
        {
            records.Add(record.IsTombstone ? record : WithWrongByte(record));
        }

        var store = new MvccStore();
        store.Load(records, root.Revision, root.CompactRevision);
        return captured with { State = captured.State with { Root = store.Publish() } };
    }

    private static Record WithWrongByte(Record record) => new()
    {
        Key = record.Key,
        Value = (byte[])[.. record.Value.Span, (byte)'!'],
        ModRevision = record.ModRevision,
        SubRevision = record.SubRevision,
        CreateRevision = record.CreateRevision,
        Version = record.Version,
        Lease = record.Lease,
    };
}
