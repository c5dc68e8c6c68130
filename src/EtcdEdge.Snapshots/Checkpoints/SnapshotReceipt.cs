using EtcdEdge.StateMachine;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Proto;
using EtcdEdge.StateMachine.Snapshot;
using EtcdEdge.Storage.Checkpoint;

namespace EtcdEdge.Snapshots.Checkpoints;

/// <summary>
/// A leader's snapshot while it is received into a checkpoint file and an empty state machine. Disposed without being installed, the file is deleted.
/// </summary>
public sealed class SnapshotReceipt(WholeCheckpoint file, CheckpointHead head, Applier applier) : IDisposable
{
    private readonly List<PackedSegment> _table = [];
    private long _records;

    public CheckpointHead Head { get; } = head;

    /// <summary>The HashKV that the state must have.</summary>
    public uint Hash { get; private set; }

    public WholeCheckpoint File { get; } = file;

    internal IReadOnlyList<PackedSegment> Table => _table;

    /// <summary>The next segment; checked, and its revisions noted.</summary>
    public void Add(byte[] segment)
    {
        var records = SegmentReader.Read(segment);
        if (_table.Count > 0 && Revision.Of(records[0]) <= _table[^1].Last)
        {
            throw new MalformedMessageException("a state's segments are out of order");
        }

        long id = _table.Count + 1;
        _table.Add(PackedSegment.Of(id, segment.Length, records));
        _records += records.Length;
        File.AddSegment(id, segment);
        foreach (var record in records)
        {
            applier.RestoreRecord(record);
        }
    }

    /// <summary>Makes the file durable when its content matches the sender's hash.</summary>
    public void Complete(CheckpointStore store, long records, uint hash)
    {
        if (records != _records || records != Head.Records)
        {
            throw new MalformedMessageException($"a state came with {_records} records instead of {Head.Records}");
        }

        applier.EndRestore();
        Hash = hash;
        store.Complete(File, Head.Encode());
    }

    public void Dispose() => File.Dispose();
}
