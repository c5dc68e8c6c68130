using EtcdEdge.Api;
using EtcdEdge.Server.Api.Rpc;
using EtcdEdge.Server.Auth;
using EtcdEdge.Server.Common;
using EtcdEdge.Server.Node;
using EtcdEdge.Server.Watch;
using EtcdEdge.StateMachine;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Requests;
using Google.Protobuf;
using Grpc.Core;

namespace EtcdEdge.Server.Api.Concurrency;

/// <summary>
/// What one call of the lock and election services does to keys: ordinary reads, transactions and watches in its caller's name, as a client in the
/// server's own process would do them (etcd server/etcdserver/api/v3client).
/// </summary>
internal sealed class CallerKv(IEtcdNode node, AccessControl access, WatchDispatcher watches, ServerCallContext call)
{
    public CancellationToken Cancel => call.CancellationToken;

    /// <summary>Runs a transaction; returns its result and revision.</summary>
    public async ValueTask<(TxnResult Result, long Revision)> TxnAsync(TxnRequest request)
    {
        EtcdStatus.ThrowIfRefused(KvChecks.Check(TxnOp.Parse(request.ToByteArray())));
        var applied = await access.ProposeAsync(RequestKind.Txn, request, call);
        return ((TxnResult)applied.Response!, applied.Revision);
    }

    /// <summary>
    /// Creates a waiter's key. If the caller cancelled before it learned that the key exists, the key is deleted again when the lease was made for
    /// this call: otherwise it would stay until the lease expires a minute later, as in etcd. With a lease of its own the caller may have been
    /// waiting before.
    /// </summary>
    public async ValueTask<(TxnResult Result, long Revision)> JoinAsync(TxnRequest join, ByteString key, long givenLease)
    {
        try
        {
            return await TxnAsync(join);
        }
        catch (Exception) when (Cancel.IsCancellationRequested && givenLease == 0)
        {
            await DeleteAsync(key);
            throw;
        }
    }

    /// <summary>Deletes a key; returns the revision. Not cancelled with the call, because a key that stays would block other waiters.</summary>
    public async ValueTask<long> DeleteAsync(ByteString key)
    {
        var who = await access.CallerAsync(call);
        var request = Messages.Bytes(new DeleteRangeRequest { Key = key });
        var applied = await node.ProposeAsync(RequestKind.DeleteRange, request, who, CancellationToken.None);
        EtcdStatus.ThrowIfRefused(applied.Error);
        return applied.Revision;
    }

    /// <summary>The first record of a linearizable range, or null; and the revision it was read at.</summary>
    public async ValueTask<(Record? First, long Revision)> FirstAsync(RangeOp op)
    {
        EtcdStatus.ThrowIfRefused(await node.ReadBarrierAsync(Cancel));
        var who = await access.CallerAsync(call);
        EtcdStatus.ThrowIfRefused(access.GateOf(who).Check(op));
        var root = node.Root;
        EtcdStatus.ThrowIfRefused(root.Range(op, out var result));
        access.ThrowIfStale(who);
        return (result!.Records.IsEmpty ? null : result.Records.Span[0], root.Revision);
    }

    /// <summary>Watches keys the caller may read.</summary>
    public async ValueTask<KeyWatch> WatchAsync(KeyRange range, long startRevision)
    {
        var who = await access.CallerAsync(call);
        EtcdStatus.ThrowIfRefused(node.Auth.CheckRead(who, range));
        return await KeyWatch.OpenAsync(watches, range, startRevision, who.Username);
    }

    /// <summary>The lease given, or a new one when none is.</summary>
    public async ValueTask<long> LeaseAsync(long given)
    {
        if (given != 0)
        {
            return given;
        }

        await access.RequireUserAsync(call);
        var grant = new LeaseGrantRequest { ID = Random.Shared.NextInt64(1, long.MaxValue), TTL = ConcurrencyLimits.SessionTtlSeconds };
        await access.ProposeAsync(RequestKind.LeaseGrant, grant, call);
        return grant.ID;
    }
}
