using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Requests;

namespace EtcdEdge.StateMachine.Mvcc;

/// <summary>
/// How requests read the store: a tree, its revision and the oldest readable revision. A published root has an immutable one; the writer has one that
/// contains the operations of the transaction so far.
/// </summary>
internal readonly struct StoreView(KeyTree tree, long revision, long compactRevision)
{
    public KeyTree Tree { get; } = tree;

    public long Revision { get; } = revision;

    public long CompactRevision { get; } = compactRevision;

    /// <summary>The key's record now; null when it does not exist.</summary>
    public Record? Get(ReadOnlySpan<byte> key) => Tree.TryFind(key, out var history) && history.IsLive ? history.Latest : null;

    /// <summary>The key's record as of <paramref name="revision"/>; null when it did not exist then.</summary>
    public Record? Get(ReadOnlySpan<byte> key, long revision) => Tree.TryFind(key, out var history) ? history.LiveAt(revision) : null;

    /// <summary>Serves a range request with every option (etcd server/etcdserver/apply.go, Range).</summary>
    /// <returns>None, FutureRevision or Compacted.</returns>
    public EtcdError Range(in RangeOp op, out RangeResult? result)
    {
        result = null;
        var error = CheckRevision(op.Revision, out var at);
        if (error != EtcdError.None)
        {
            return error;
        }

        if (op.CountOnly)
        {
            result = new RangeResult { Count = CountAt(op.Range, at), KeysOnly = op.KeysOnly };
            return EtcdError.None;
        }
        // etcd takes one record above the limit, and without an order that one too takes part in sorting by a target.
        var wanted = op.NeedsWholeRange || op.Limit <= 0 ? long.MaxValue : Math.Max(op.Limit, op.Limit + 1);
        var (records, count) = Collect(op.Range, at, wanted);
        result = Finish(op, records, count);
        return EtcdError.None;
    }

    /// <summary>The live records of the range now, in key order.</summary>
    public Record[] Collect(in KeyRange range) => Collect(range, Revision, long.MaxValue).Records.ToArray();

    /// <summary>True when every record of the compare's range fulfils it; a range without records is one record that does not exist.</summary>
    public bool Holds(in CompareOp compare)
    {
        var any = false;
        var cursor = Tree.Walk(compare.Range);
        while (cursor.MoveNext())
        {
            if (!cursor.Current.IsLive)
            {
                continue;
            }

            any = true;
            if (!compare.HoldsFor(cursor.Current.Latest))
            {
                return false;
            }
        }

        return any || compare.HoldsFor(null);
    }

    private EtcdError CheckRevision(long asked, out long at)
    {
        at = asked <= 0 ? Revision : asked;
        if (at > Revision)
        {
            return EtcdError.FutureRevision;
        }

        return at < CompactRevision ? EtcdError.Compacted : EtcdError.None;
    }

    private long CountAt(in KeyRange range, long revision)
    {
        if (revision == Revision)
        {
            return Tree.CountLive(range);
        }

        long count = 0;
        var cursor = Tree.Walk(range);
        while (cursor.MoveNext())
        {
            count += cursor.Current.LiveAt(revision) is null ? 0 : 1;
        }

        return count;
    }

    /// <summary>Up to <paramref name="wanted"/> records in key order, and how many there are.</summary>
    private (Memory<Record> Records, long Count) Collect(in KeyRange range, long revision, long wanted)
    {
        var count = revision == Revision ? Tree.CountLive(range) : -1;
        var records = new Record[count >= 0 ? Math.Min(count, wanted) : Math.Min(wanted, 16)];
        var taken = 0;
        long seen = 0;
        var cursor = Tree.Walk(range);
        while ((count < 0 || taken < records.Length) && cursor.MoveNext())
        {
            if (cursor.Current.LiveAt(revision) is not { } record)
            {
                continue;
            }

            seen++;
            if (taken < wanted)
            {
                if (taken == records.Length)
                {
                    Array.Resize(ref records, taken * 2);
                }

                records[taken++] = record;
            }
        }

        return (records.AsMemory(0, taken), count >= 0 ? count : seen);
    }

    private static RangeResult Finish(in RangeOp op, Memory<Record> records, long count)
    {
        if (op.HasFilter)
        {
            records = RecordOrder.Filter(op, records);
        }

        if (op.NeedsSort)
        {
            RecordOrder.Sort(op, records.Span);
        }

        var more = op.Limit > 0 && records.Length > op.Limit;
        return new RangeResult
        {
            Records = more ? records[..(int)op.Limit] : records,
            Count = count,
            More = more,
            KeysOnly = op.KeysOnly,
        };
    }
}
