using EtcdEdge.StateMachine.Mvcc;
using EtcdEdge.StateMachine.Wire;

namespace EtcdEdge.StateMachine;

/// <summary>
/// Finds keys that one transaction would put twice, or put and delete (etcd server/etcdserver/api/v3rpc/key.go, checkIntervals). Two
/// branches of one nested transaction may both put a key, since only one of them runs. Deletes may overlap deletes.
/// </summary>
internal sealed class TxnOverlap
{
    private readonly HashSet<ReadOnlyMemory<byte>> _puts = new(KeyEquality.Instance);
    private readonly List<KeyRange> _deletes = [];

    public static bool Exists(TxnRequestOp[] operations) => new TxnOverlap().Add(operations);

    // True when there is an overlap. The order matters: this level's deletes, then what is nested, then this level's puts.
    private bool Add(TxnRequestOp[] operations)
    {
        foreach (var operation in operations)
        {
            if (operation.Kind == RequestOpKind.DeleteRange)
            {
                _deletes.Add(operation.AsDeleteRange().Range);
            }
        }
        foreach (var operation in operations)
        {
            if (operation.Kind == RequestOpKind.Txn && AddNested(operation.AsTxn()))
            {
                return true;
            }
        }
        foreach (var operation in operations)
        {
            if (operation.Kind == RequestOpKind.Put && !TryAddPut(operation.AsPut().Key))
            {
                return true;
            }
        }
        return false;
    }

    private bool AddNested(TxnOp txn)
    {
        var success = new TxnOverlap();
        var failure = new TxnOverlap();
        if (success.Add(txn.Success) || failure.Add(txn.Failure))
        {
            return true;
        }
        foreach (var key in success._puts)
        {
            if (!TryAddPut(key))
            {
                return true;
            }
        }
        foreach (var key in failure._puts)
        {
            if (!success._puts.Contains(key) && !TryAddPut(key))
            {
                return true;
            }
        }
        _deletes.AddRange(success._deletes);
        _deletes.AddRange(failure._deletes);
        return false;
    }

    private bool TryAddPut(ReadOnlyMemory<byte> key)
    {
        foreach (var deleted in _deletes)
        {
            if (deleted.Contains(key.Span))
            {
                return false;
            }
        }
        return _puts.Add(key);
    }
}
