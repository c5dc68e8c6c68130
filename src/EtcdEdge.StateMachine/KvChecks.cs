using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Mvcc;
using EtcdEdge.StateMachine.Proto;
using EtcdEdge.StateMachine.Requests;

namespace EtcdEdge.StateMachine;

/// <summary>
/// What is refused before a request reaches the log (etcd server/etcdserver/api/v3rpc/key.go). Pure functions over the parsed request; any
/// thread. A transaction that passes has no malformed operation in any branch.
/// </summary>
public static class KvChecks
{
    /// <returns>None, EmptyKey or InvalidSortOption.</returns>
    public static EtcdError Check(in RangeOp op)
    {
        if (op.Key.IsEmpty)
        {
            return EtcdError.EmptyKey;
        }

        return Enum.IsDefined(op.SortOrder) && Enum.IsDefined(op.SortTarget) ? EtcdError.None : EtcdError.InvalidSortOption;
    }

    /// <returns>None, EmptyKey, ValueProvided or LeaseProvided.</returns>
    public static EtcdError Check(in PutOp op)
    {
        if (op.Key.IsEmpty)
        {
            return EtcdError.EmptyKey;
        }

        if (op.IgnoreValue && !op.Value.IsEmpty)
        {
            return EtcdError.ValueProvided;
        }

        return op.IgnoreLease && op.Lease != 0 ? EtcdError.LeaseProvided : EtcdError.None;
    }

    /// <returns>None or EmptyKey.</returns>
    public static EtcdError Check(in DeleteRangeOp op) => op.Key.IsEmpty ? EtcdError.EmptyKey : EtcdError.None;

    /// <returns>None, TooManyOps, EmptyKey, KeyNotFound for an empty operation, DuplicateKey, or what an operation is refused for.</returns>
    /// <exception cref="MalformedMessageException">An operation's bytes are no protobuf message.</exception>
    public static EtcdError Check(TxnOp txn, int maxTxnOps = ApplierLimits.DefaultMaxTxnOps)
    {
        var error = CheckOps(txn, maxTxnOps, 0);
        if (error != EtcdError.None)
        {
            return error;
        }

        return TxnOverlap.Exists(txn.Success) || TxnOverlap.Exists(txn.Failure) ? EtcdError.DuplicateKey : EtcdError.None;
    }

    private static EtcdError CheckOps(TxnOp txn, int maxTxnOps, int depth)
    {
        var ops = Math.Max(txn.Compare.Length, Math.Max(txn.Success.Length, txn.Failure.Length));
        if (ops > maxTxnOps || depth == MvccLimits.TxnDepth)
        {
            return EtcdError.TooManyOps;
        }

        if (Array.Exists(txn.Compare, static compare => compare.Key.IsEmpty))
        {
            return EtcdError.EmptyKey;
        }

        var error = CheckOps(txn.Success, maxTxnOps - ops, depth);
        return error != EtcdError.None ? error : CheckOps(txn.Failure, maxTxnOps - ops, depth);
    }

    private static EtcdError CheckOps(TxnRequestOp[] operations, int maxTxnOps, int depth)
    {
        foreach (var operation in operations)
        {
            var error = operation.Kind switch
            {
                RequestOpKind.Range => Check(operation.AsRange()),
                RequestOpKind.Put => Check(operation.AsPut()),
                RequestOpKind.DeleteRange => Check(operation.AsDeleteRange()),
                RequestOpKind.Txn => CheckOps(operation.AsTxn(), maxTxnOps, depth + 1),
                _ => EtcdError.KeyNotFound,
            };
            if (error != EtcdError.None)
            {
                return error;
            }
        }

        return EtcdError.None;
    }
}
