using EtcdEdge.Api;
using EtcdEdge.Base;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Mvcc;
using EtcdEdge.StateMachine.Proto;
using EtcdEdge.StateMachine.Requests;

namespace EtcdEdge.StateMachine;

/// <summary>Puts, deletes, transactions, compactions (etcd server/etcdserver/apply.go).</summary>
public sealed partial class Applier
{
    private ApplyResult Put(in PutOp op)
    {
        var forbidden = _gate.Check(op);
        if (forbidden != EtcdError.None)
        {
            return ApplyResult.Refused(forbidden, store.Revision);
        }

        if (op.Lease != 0 && !lessor.Exists(op.Lease))
        {
            return ApplyResult.Refused(EtcdError.LeaseNotFound, store.Revision);
        }

        if ((op.IgnoreValue || op.IgnoreLease) && store.View.Get(op.Key.Span) is null)
        {
            return ApplyResult.Refused(EtcdError.KeyNotFound, store.Revision);
        }

        store.Begin();
        var result = Write(op);
        return new ApplyResult(EtcdError.None, result, store.End());
    }

    private ApplyResult DeleteRange(in DeleteRangeOp op)
    {
        var forbidden = _gate.Check(op);
        if (forbidden != EtcdError.None)
        {
            return ApplyResult.Refused(forbidden, store.Revision);
        }

        store.Begin();
        var result = Write(op);
        return new ApplyResult(EtcdError.None, result, store.End());
    }

    private ApplyResult Txn(TxnOp op)
    {
        var forbidden = _gate.Check(op);
        if (forbidden != EtcdError.None)
        {
            return ApplyResult.Refused(forbidden, store.Revision);
        }

        var plan = TxnPlan.Of(store.View, op);
        store.Totals.Range(plan.Compared);
        var error = CheckPuts(plan);
        if (error == EtcdError.None)
        {
            error = plan.CheckRanges(store.View);
        }
        // etcd reads for the compares and checks in a transaction of their own, ended before the writes begin.
        store.Totals.Close();
        if (error != EtcdError.None)
        {
            return ApplyResult.Refused(error, store.Revision);
        }

        store.Begin();
        var result = Run(plan);
        return new ApplyResult(EtcdError.None, result, store.End());
    }

    private ApplyResult Compact(CompactionRequest request)
    {
        var error = store.Compact(request.Revision);
        return error == EtcdError.None ? Done(new CompactionResponse()) : ApplyResult.Refused(error, store.Revision);
    }

    // All that can fail is checked before the first write, so that a transaction happens whole or not at all.
    private EtcdError CheckPuts(TxnPlan plan)
    {
        for (var i = 0; i < plan.Operations.Length; i++)
        {
            var error = plan.Operations[i].Kind switch
            {
                RequestOpKind.Put => CheckPut(plan.Operations[i].AsPut()),
                RequestOpKind.Txn => CheckPuts(plan.Nested[i]!),
                _ => EtcdError.None,
            };
            if (error != EtcdError.None)
            {
                return error;
            }
        }

        return EtcdError.None;
    }

    private EtcdError CheckPut(in PutOp op)
    {
        if (op.IgnoreValue || op.IgnoreLease)
        {
            store.Totals.Range();
            if (store.View.Get(op.Key.Span) is null)
            {
                return EtcdError.KeyNotFound;
            }
        }

        return op.Lease != 0 && !lessor.Exists(op.Lease) ? EtcdError.LeaseNotFound : EtcdError.None;
    }

    private TxnResult Run(TxnPlan plan)
    {
        var responses = new TxnResponseOp[plan.Operations.Length];
        for (var i = 0; i < responses.Length; i++)
        {
            responses[i] = Run(plan.Operations[i], plan.Nested.Length == 0 ? null : plan.Nested[i]);
        }

        return new TxnResult { Succeeded = plan.Succeeded, Responses = responses };
    }

    private TxnResponseOp Run(in TxnRequestOp operation, TxnPlan? nested)
    {
        KvResult result = operation.Kind switch
        {
            RequestOpKind.Range => Read(operation.AsRange()),
            RequestOpKind.Put => Write(operation.AsPut()),
            RequestOpKind.DeleteRange => Write(operation.AsDeleteRange()),
            RequestOpKind.Txn => Run(nested!),
            _ => throw new MalformedMessageException("an operation without a request"),
        };
        // Within a transaction's answer etcd leaves the header of a nested transaction empty.
        return new TxnResponseOp(operation.Kind, result, operation.Kind == RequestOpKind.Txn ? 0 : store.View.Revision);
    }

    private RangeResult Read(in RangeOp op)
    {
        store.Totals.Range();
        var error = store.View.Range(op, out var result);
        Invariant.Require(error == EtcdError.None, "a transaction's ranges were checked before it ran");
        return result!;
    }

    private PutResult Write(in PutOp op)
    {
        var value = op.Value;
        var lease = op.Lease;
        if (op.IgnoreValue || op.IgnoreLease || op.PrevKv)
        {
            store.Totals.Range();
        }

        if (op.IgnoreValue || op.IgnoreLease)
        {
            var current = store.View.Get(op.Key.Span);
            Invariant.Require(current is not null, "a put that keeps something was checked to have it");
            value = op.IgnoreValue ? current!.Value : value;
            lease = op.IgnoreLease ? current!.Lease : lease;
        }

        var previous = store.Put(op.Key, value, lease);
        MoveLease(op.Key, previous?.Lease ?? 0, lease);
        return op.PrevKv ? PutResult.Of(previous) : PutResult.Plain;
    }

    private DeleteRangeResult Write(in DeleteRangeOp op)
    {
        if (op.PrevKv)
        {
            store.Totals.Range();
        }

        var deleted = store.DeleteRange(op.Range);
        foreach (var record in deleted)
        {
            MoveLease(record.Key, record.Lease, 0);
        }

        return new DeleteRangeResult { Deleted = deleted.Length, Previous = op.PrevKv ? deleted : default };
    }

    // A key stays attached while it is put again with the same lease.
    private void MoveLease(ReadOnlyMemory<byte> key, long from, long to)
    {
        if (from == to)
        {
            return;
        }

        if (from != 0)
        {
            lessor.Detach(from, key);
        }

        if (to != 0)
        {
            lessor.Attach(to, key);
        }
    }
}
