using EtcdEdge.Api;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Requests;

namespace EtcdEdge.StateMachine.Mvcc;

/// <summary>
/// The revision filters and orders of a range request. Records that are equal in what they are sorted by stay in key order; etcd leaves
/// that order open.
/// </summary>
internal static class RecordOrder
{
    /// <summary>Keeps what passes the filters, in place and in order.</summary>
    public static Memory<Record> Filter(in RangeOp op, Memory<Record> records)
    {
        var span = records.Span;
        var kept = 0;
        foreach (var record in span)
        {
            if (Passes(op, record))
            {
                span[kept++] = record;
            }
        }

        return records[..kept];
    }

    /// <summary>Sorts records, given in key order, in place.</summary>
    public static void Sort(in RangeOp op, Span<Record> records)
    {
        var descending = op.SortOrder == RangeRequest.Types.SortOrder.Descend;
        if (op.SortTarget == RangeRequest.Types.SortTarget.Key)
        {
            if (descending)
            {
                records.Reverse();
            }

            return;
        }

        var order = OrderOf(op.SortTarget);
        var sign = descending ? -1 : 1;
        records.Sort((a, b) =>
        {
            var byTarget = sign * order(a, b);
            return byTarget != 0 ? byTarget : a.Key.Span.SequenceCompareTo(b.Key.Span);
        });
    }

    private static bool Passes(in RangeOp op, Record record) =>
        (op.MinModRevision == 0 || record.ModRevision >= op.MinModRevision)
        && (op.MaxModRevision == 0 || record.ModRevision <= op.MaxModRevision)
        && (op.MinCreateRevision == 0 || record.CreateRevision >= op.MinCreateRevision)
        && (op.MaxCreateRevision == 0 || record.CreateRevision <= op.MaxCreateRevision);

    private static Comparison<Record> OrderOf(RangeRequest.Types.SortTarget target) => target switch
    {
        RangeRequest.Types.SortTarget.Version => static (a, b) => a.Version.CompareTo(b.Version),
        RangeRequest.Types.SortTarget.Create => static (a, b) => a.CreateRevision.CompareTo(b.CreateRevision),
        RangeRequest.Types.SortTarget.Mod => static (a, b) => a.ModRevision.CompareTo(b.ModRevision),
        RangeRequest.Types.SortTarget.Value => static (a, b) => a.Value.Span.SequenceCompareTo(b.Value.Span),
        _ => static (_, _) => 0,
    };
}
