using EtcdEdge.Base;
using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.StateMachine.Mvcc;

/// <content>From the records of a checkpoint or of a leader's state to a store.</content>
public sealed partial class MvccStore
{
    /// <summary>
    /// Fills an empty store with the records of a checkpoint or snapshot, given in revision order. <paramref name="revision"/> may be above
    /// the last record's: tombstones that made it may have been compacted.
    /// </summary>
    public void Load(IEnumerable<Record> records, long revision, long compactRevision)
    {
        BeginLoad(revision, compactRevision);
        foreach (var record in records)
        {
            Load(record);
        }
    }

    /// <summary>
    /// Begins to fill an empty store, for records that come bit by bit; the arguments are those of <see cref="Load(IEnumerable{Record}, long,
    /// long)"/>.
    /// </summary>
    internal void BeginLoad(long revision, long compactRevision)
    {
        Invariant.Require(_history.Count == 0 && _revision == 1, "only an empty store is loaded");
        (_revision, _compactRevision) = (revision, compactRevision);
    }

    /// <summary>The next record, in revision order.</summary>
    internal void Load(Record record)
    {
        Invariant.Require(record.ModRevision <= _revision, "a loaded record is not above the store's revision");
        var known = _keys.Seek(record.Key.Span);
        // Captured while a compaction was at work: what it had not removed yet is removed here.
        if (record.ModRevision <= _compactRevision && (known || (record.IsTombstone && record.ModRevision < _compactRevision)))
        {
            (_sweeping, _sweepAt) = (true, (-1, 0));
        }

        Append(record);
    }

    /// <summary>Takes the content of a store that was loaded on another thread, in no time; that one must not be used any more.</summary>
    internal void TakeOver(MvccStore loaded)
    {
        Invariant.Require(!_writing && !loaded._writing, "no operation is under way");
        (_keys, _history) = (loaded._keys, loaded._history);
        (_revision, _compactRevision, _sizeBytes) = (loaded._revision, loaded._compactRevision, loaded._sizeBytes);
        (_sweeping, _sweepAt) = (loaded._sweeping, loaded._sweepAt);
    }
}
