using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Proto;
using EtcdEdge.StateMachine.Requests;

namespace EtcdEdge.StateMachine.Mvcc;

/// <summary>
/// The branches a transaction takes, nested ones included. All compares are decided before the first operation runs (etcd
/// server/etcdserver/apply.go, compareToPath): a nested transaction does not see what its elders write.
/// </summary>
internal sealed class TxnPlan
{
    private TxnPlan(bool succeeded, int compared, TxnRequestOp[] operations, TxnPlan?[] nested)
    {
        Succeeded = succeeded;
        Compared = compared;
        Operations = operations;
        Nested = nested;
    }

    public bool Succeeded { get; }

    /// <summary>Compares that were evaluated, those of nested transactions included: the first that fails ends each list.</summary>
    public int Compared { get; }

    public TxnRequestOp[] Operations { get; }

    /// <summary>Beside each operation that is a transaction its plan; empty when none is.</summary>
    public TxnPlan?[] Nested { get; }

    public static TxnPlan Of(in StoreView view, TxnOp txn) => Of(view, txn, 0);

    /// <summary>Refuses ranges at revisions the store cannot serve, anywhere in the plan.</summary>
    public EtcdError CheckRanges(in StoreView view)
    {
        for (var i = 0; i < Operations.Length; i++)
        {
            var error = Operations[i].Kind switch
            {
                RequestOpKind.Range => CheckRange(view, Operations[i].AsRange().Revision),
                RequestOpKind.Txn => Nested[i]!.CheckRanges(view),
                _ => EtcdError.None,
            };
            if (error != EtcdError.None)
            {
                return error;
            }
        }

        return EtcdError.None;
    }

    private static TxnPlan Of(in StoreView view, TxnOp txn, int depth)
    {
        if (depth == MvccLimits.TxnDepth)
        {
            throw new MalformedMessageException("transactions nested too deeply");
        }

        var succeeded = AllHold(view, txn.Compare, out var compared);
        var operations = succeeded ? txn.Success : txn.Failure;
        TxnPlan?[] nested = [];
        for (var i = 0; i < operations.Length; i++)
        {
            if (operations[i].Kind == RequestOpKind.Txn)
            {
                nested = nested.Length == 0 ? new TxnPlan?[operations.Length] : nested;
                nested[i] = Of(view, operations[i].AsTxn(), depth + 1);
                compared += nested[i]!.Compared;
            }
        }

        return new TxnPlan(succeeded, compared, operations, nested);
    }

    private static bool AllHold(in StoreView view, CompareOp[] compares, out int compared)
    {
        compared = 0;
        foreach (ref readonly var compare in compares.AsSpan())
        {
            compared++;
            if (!view.Holds(compare))
            {
                return false;
            }
        }

        return true;
    }

    // Unlike a range of its own, one in a transaction is refused for a negative revision too, as soon as that is below the compact one.
    private static EtcdError CheckRange(in StoreView view, long revision)
    {
        if (revision == 0)
        {
            return EtcdError.None;
        }

        if (revision > view.Revision)
        {
            return EtcdError.FutureRevision;
        }

        return revision < view.CompactRevision ? EtcdError.Compacted : EtcdError.None;
    }
}
