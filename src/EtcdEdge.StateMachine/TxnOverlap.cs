using EtcdEdge.Base;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Requests;

namespace EtcdEdge.StateMachine;

/// <summary>
/// Finds keys that one transaction would put twice, or put and delete (etcd server/etcdserver/api/v3rpc/key.go, checkIntervals). Two
/// branches of one nested transaction may both put a key, since only one of them runs. Deletes may overlap deletes.
/// </summary>
internal sealed class TxnOverlap
{
    // Each key put, and whether the put keeps the old value or lease.
    private readonly Dictionary<ReadOnlyMemory<byte>, bool> _puts = new(KeyEquality.Instance);
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
            if (operation.Kind == RequestOpKind.Put && !TryAddPut(operation.AsPut()))
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

        foreach (var (key, keeps) in success._puts)
        {
            if (!TryAddPut(key, keeps))
            {
                return true;
            }
        }

        foreach (var (key, keeps) in failure._puts)
        {
            if (IsDeleted(key.Span, keeps) || (!success._puts.ContainsKey(key) && !_puts.TryAdd(key, keeps)))
            {
                return true;
            }
        }

        _deletes.AddRange(success._deletes);
        _deletes.AddRange(failure._deletes);
        return false;
    }

    private bool TryAddPut(in PutOp op) => TryAddPut(op.Key, op.IgnoreValue || op.IgnoreLease);

    private bool TryAddPut(ReadOnlyMemory<byte> key, bool keeps) => !IsDeleted(key.Span, keeps) && _puts.TryAdd(key, keeps);

    private bool IsDeleted(ReadOnlySpan<byte> key, bool keeps)
    {
        foreach (var deleted in _deletes)
        {
            if (Covers(deleted, key, keeps))
            {
                return true;
            }
        }

        return false;
    }

    // etcd takes the "\0" of a from-key delete for a plain end here, so it lets a put pass that such a delete covers, and clients may rely on
    // that. Not when the put keeps something of what the delete takes away: there etcd 3.5 panics at applying, on every member.
    private static bool Covers(in KeyRange deleted, ReadOnlySpan<byte> key, bool keeps) =>
        (keeps || !deleted.IsFromKey) && deleted.Contains(key);
}
