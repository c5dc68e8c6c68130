using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Mvcc;
using EtcdEdge.StateMachine.Proto;
using EtcdEdge.StateMachine.Requests;

namespace EtcdEdge.StateMachine;

/// <summary>The bound on the store's size, with etcd's estimates of what a request adds (etcd server/storage/quota.go).</summary>
/// <param name="Bytes">The bound; 0 or less is none.</param>
public readonly record struct Quota(long Bytes)
{
    /// <summary>
    /// True when a store of <paramref name="sizeBytes"/> may take the request. What adds nothing is always welcome: deletes, compactions.
    /// </summary>
    public bool Admits(RequestKind kind, ReadOnlyMemory<byte> payload, long sizeBytes)
    {
        // Far from the bound, which is nearly always, the request need not be looked into: no byte of it can cost more than a whole put.
        if (Bytes <= 0 || sizeBytes + ((payload.Length + 1L) * (ApplierLimits.PutCostBytes + 1)) < Bytes)
        {
            return true;
        }

        var cost = CostOf(kind, payload);
        return cost == 0 || sizeBytes + cost < Bytes;
    }

    /// <summary>The bytes a request is reckoned to add.</summary>
    public static long CostOf(RequestKind kind, ReadOnlyMemory<byte> payload) => kind switch
    {
        RequestKind.Put => CostOf(PutOp.Parse(payload)),
        RequestKind.Txn => CostOf(TxnOp.Parse(payload), 0),
        RequestKind.LeaseGrant => ApplierLimits.LeaseCostBytes,
        _ => 0,
    };

    private static long CostOf(in PutOp op) => ApplierLimits.PutCostBytes + op.Key.Length + op.Value.Length;

    private static long CostOf(TxnOp txn, int depth)
    {
        if (depth == MvccLimits.TxnDepth)
        {
            throw new MalformedMessageException("transactions nested too deeply");
        }

        return Math.Max(CostOf(txn.Success, depth), CostOf(txn.Failure, depth));
    }

    private static long CostOf(TxnRequestOp[] operations, int depth)
    {
        long cost = 0;
        foreach (var operation in operations)
        {
            cost += operation.Kind switch
            {
                RequestOpKind.Put => CostOf(operation.AsPut()),
                RequestOpKind.Txn => CostOf(operation.AsTxn(), depth + 1),
                _ => 0,
            };
        }

        return cost;
    }
}
