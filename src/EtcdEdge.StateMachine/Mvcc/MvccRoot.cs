using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Requests;

namespace EtcdEdge.StateMachine.Mvcc;

/// <summary>
/// An immutable state of the store: everything up to <see cref="Revision"/>. Published by the one writer after each applied batch, read by
/// any thread without a lock, for as long as it likes: what a later compaction removes stays alive with the root that still holds it.
/// </summary>
public sealed class MvccRoot
{
    private readonly StoreTotals _totals;

    internal MvccRoot(StoreView view, History history, StoreTotals totals)
    {
        View = view;
        History = history;
        _totals = totals;
    }

    /// <summary>The newest revision; 1 in an empty store.</summary>
    public long Revision => View.Revision;

    /// <summary>Revisions below this one were removed, except what was still live at it; −1 before the first compaction, as in etcd.</summary>
    public long CompactRevision => View.CompactRevision;

    /// <summary>Every record in revision order: for watchers that catch up, for checkpoints and snapshots.</summary>
    public History History { get; }

    /// <summary>Bytes of all records, keys, values and overhead: bounded by the quota and shown as db_total_size.</summary>
    public long SizeBytes { get; init; }

    /// <summary>
    /// Bytes of what no compaction is about to remove; equal to <see cref="SizeBytes"/> when none is under way, for there is nothing to defragment.
    /// </summary>
    public long SizeInUseBytes { get; init; }

    /// <summary>Records held, old revisions and tombstones included.</summary>
    public long RecordCount { get; init; }

    /// <summary>Keys that exist.</summary>
    public long KeyCount => View.Tree.LiveCount;

    /// <summary>A compaction has records left to remove: some that are held do not count any more.</summary>
    internal bool IsCompacting { get; init; }

    internal StoreView View { get; }

    /// <summary>Serves a range request.</summary>
    /// <returns>None, FutureRevision or Compacted.</returns>
    public EtcdError Range(in RangeOp op, out RangeResult? result)
    {
        _totals.Read(ranges: 1);
        return View.Range(op, out result);
    }

    /// <summary>Serves a transaction for which <see cref="TxnOp.IsReadOnly"/> is true.</summary>
    /// <returns>None, FutureRevision or Compacted.</returns>
    public EtcdError Txn(TxnOp op, out TxnResult? result) => ReadTxn.Run(View, op, _totals, out result);

    /// <summary>
    /// The key's record as of <paramref name="revision"/>, null when it did not exist then or when the revision is compacted: for prev_kv,
    /// which etcd leaves out then.
    /// </summary>
    public Record? Get(ReadOnlySpan<byte> key, long revision) => revision < CompactRevision ? null : View.Get(key, revision);

    /// <summary>False for a record of <see cref="History"/> that the last compaction is still to remove.</summary>
    public bool IsRetained(Record record)
    {
        if (!IsCompacting || record.ModRevision > CompactRevision)
        {
            return true;
        }

        if (!View.Tree.TryFind(record.Key.Span, out var history))
        {
            return false;
        }

        var dropped = history.DroppedBy(CompactRevision);
        return dropped < history.Count && record.ModRevision >= history[dropped].ModRevision;
    }

    /// <summary>The hash of the store up to <paramref name="revision"/>; 0 is the newest.</summary>
    /// <returns>None, FutureRevision or Compacted.</returns>
    public EtcdError HashKv(long revision, out KvHash hash)
    {
        hash = default;
        if (revision > Revision)
        {
            return EtcdError.FutureRevision;
        }

        if (revision > 0 && revision < CompactRevision)
        {
            return EtcdError.Compacted;
        }

        hash = KvHasher.Compute(View, History, revision == 0 ? Revision : revision);
        return EtcdError.None;
    }
}
