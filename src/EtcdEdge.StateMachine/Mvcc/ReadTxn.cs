using EtcdEdge.Base;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Requests;

namespace EtcdEdge.StateMachine.Mvcc;

/// <summary>A transaction of ranges only, served from a view without the log.</summary>
internal static class ReadTxn
{
    public static EtcdError Run(in StoreView view, TxnOp txn, StoreTotals totals, out TxnResult? result)
    {
        Invariant.Require(txn.IsReadOnly, "a transaction served without the log only reads");
        result = null;
        var plan = TxnPlan.Of(view, txn);
        var error = plan.CheckRanges(view);
        totals.Read(plan.Compared + (error == EtcdError.None ? plan.Operations.Length : 0));
        if (error != EtcdError.None)
        {
            return error;
        }

        var responses = new TxnResponseOp[plan.Operations.Length];
        for (var i = 0; i < responses.Length; i++)
        {
            error = view.Range(plan.Operations[i].AsRange(), out var range);
            Invariant.Require(error == EtcdError.None, "a transaction's ranges were checked before it ran");
            responses[i] = new TxnResponseOp(RequestOpKind.Range, range!, view.Revision);
        }

        result = new TxnResult { Succeeded = plan.Succeeded, Responses = responses };
        return EtcdError.None;
    }
}
