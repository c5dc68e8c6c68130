using EtcdEdge.StateMachine.Lease;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Requests;

namespace EtcdEdge.StateMachine.Auth;

/// <summary>
/// Whether a user may make a request (etcd server/etcdserver/apply_auth.go): checked for each entry when it is applied, and by the server before it
/// serves a read. The default value permits everything: auth is disabled.
/// </summary>
public readonly struct AuthGate
{
    private readonly AuthView? _view;
    private readonly Lessor? _lessor;
    private readonly AuthInfo _who;

    /// <param name="view">Users and roles.</param>
    /// <param name="who">The user.</param>
    /// <param name="lessor">The leases: a user that writes with one, or revokes it, must have the right to write all its keys.</param>
    public AuthGate(AuthView view, in AuthInfo who, Lessor lessor)
    {
        _view = view.IsEnabled ? view : null;
        _who = who;
        _lessor = lessor;
    }

    public EtcdError Check(in RangeOp op) => CheckRead(op.Range);

    /// <summary>Returning the previous value is a read. The keys of its lease are deleted when the lease ends.</summary>
    public EtcdError Check(in PutOp op)
    {
        if (_view is null)
        {
            return EtcdError.None;
        }

        var key = new KeyRange(op.Key, default);
        var error = _view.CheckWrite(_who, key);
        if (error == EtcdError.None && op.Lease != 0)
        {
            error = CheckLease(op.Lease);
        }

        return error == EtcdError.None && op.PrevKv ? _view.CheckRead(_who, key) : error;
    }

    public EtcdError Check(in DeleteRangeOp op)
    {
        var error = CheckWrite(op.Range);
        return error == EtcdError.None && op.PrevKv ? CheckRead(op.Range) : error;
    }

    /// <summary>
    /// Every comparison and every operation of both branches, nested ones too: operations that are not run still disclose which branch was taken.
    /// </summary>
    public EtcdError Check(TxnOp txn)
    {
        if (_view is null)
        {
            return EtcdError.None;
        }

        foreach (ref readonly var compare in txn.Compare.AsSpan())
        {
            var error = CheckRead(compare.Range);
            if (error != EtcdError.None)
            {
                return error;
            }
        }

        var success = Check(txn.Success);
        return success != EtcdError.None ? success : Check(txn.Failure);
    }

    /// <summary>May the user write every key of the lease? True of a lease that does not exist, which is refused elsewhere.</summary>
    public EtcdError CheckLease(long id) => CheckLease(id, isWrite: true);

    /// <summary>May the user read every key of the lease?</summary>
    public EtcdError CheckLeaseRead(long id) => CheckLease(id, isWrite: false);

    /// <summary>May the user read every one of these keys?</summary>
    public EtcdError CheckReads(IEnumerable<ReadOnlyMemory<byte>> keys) => CheckAll(keys, isWrite: false);

    public EtcdError CheckAdmin() => _view is null ? EtcdError.None : _view.CheckAdmin(_who);

    private EtcdError Check(TxnRequestOp[] operations)
    {
        foreach (var operation in operations)
        {
            var error = operation.Kind switch
            {
                RequestOpKind.Range => Check(operation.AsRange()),
                RequestOpKind.Put => Check(operation.AsPut()),
                RequestOpKind.DeleteRange => Check(operation.AsDeleteRange()),
                RequestOpKind.Txn => Check(operation.AsTxn()),
                _ => EtcdError.None,
            };
            if (error != EtcdError.None)
            {
                return error;
            }
        }

        return EtcdError.None;
    }

    private EtcdError CheckLease(long id, bool isWrite) =>
        _view is null || _lessor!.KeysOf(id) is not { } keys ? EtcdError.None : CheckAll(keys, isWrite);

    private EtcdError CheckAll(IEnumerable<ReadOnlyMemory<byte>> keys, bool isWrite)
    {
        if (_view is null || _view.CheckAdmin(_who) == EtcdError.None)
        {
            return EtcdError.None;
        }

        foreach (var key in keys)
        {
            var single = new KeyRange(key, default);
            var error = isWrite ? _view.CheckWrite(_who, single) : _view.CheckRead(_who, single);
            if (error != EtcdError.None)
            {
                return error;
            }
        }

        return EtcdError.None;
    }

    private EtcdError CheckRead(in KeyRange range) => _view is null ? EtcdError.None : _view.CheckRead(_who, range);

    private EtcdError CheckWrite(in KeyRange range) => _view is null ? EtcdError.None : _view.CheckWrite(_who, range);
}
