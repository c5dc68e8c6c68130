using EtcdEdge.Api;
using EtcdEdge.Api.Concurrency;
using EtcdEdge.Server.Api.Rpc;
using EtcdEdge.Server.Auth;
using EtcdEdge.Server.Common;
using EtcdEdge.Server.Node;
using EtcdEdge.Server.Watch;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Requests;
using Grpc.Core;

namespace EtcdEdge.Server.Api.Concurrency;

/// <summary>
/// v3lockpb.Lock: the owner of the oldest key under a name holds the lock, as long as the key exists, and the key as long as its lease.
/// </summary>
internal sealed class LockService(IEtcdNode node, AccessControl access, WatchDispatcher watches) : IRpcService
{
    private const string Name = "v3lockpb.Lock";
    private readonly ResponseHeaders _headers = new(node);

    public void Bind(RpcBinder binder)
    {
        binder.Unary(Messages.Unary(Name, "Lock", LockRequest.Parser, LockResponse.Parser),
            (request, call) => ConcurrencyStatus.InWordsAsync(LockAsync(request, call)));
        binder.Unary(Messages.Unary(Name, "Unlock", UnlockRequest.Parser, UnlockResponse.Parser),
            (request, call) => ConcurrencyStatus.InWordsAsync(UnlockAsync(request, call)));
    }

    private async ValueTask<LockResponse> LockAsync(LockRequest request, ServerCallContext call)
    {
        var kv = new CallerKv(node, access, watches, call);
        var queue = new WaitQueue(kv, request.Name);
        var lease = await kv.LeaseAsync(request.Lease);
        var key = queue.KeyOf(lease);
        var (joined, revision) = await kv.JoinAsync(
            new TxnRequest
            {
                Compare = { WaitQueue.CreatedAt(key, 0) },
                Success = { new RequestOp { RequestPut = new PutRequest { Key = key, Lease = lease } }, queue.AskForHead() },
                Failure = { new RequestOp { RequestRange = new RangeRequest { Key = key } }, queue.AskForHead() },
            },
            key, request.Lease);
        var place = joined.Succeeded ? revision : RangeIn(joined, 0).Records.Span[0].CreateRevision;
        var head = RangeIn(joined, 1).Records;
        if (!head.IsEmpty && head.Span[0].CreateRevision != place)
        {
            revision = await WaitAsync(kv, queue, key, place);
        }

        return new LockResponse { Header = _headers.MessageAt(revision), Key = key };
    }

    /// <summary>Waits; a waiter whose key has been deleted meanwhile has lost its session.</summary>
    private static async ValueTask<long> WaitAsync(CallerKv kv, WaitQueue queue, Google.Protobuf.ByteString key, long place)
    {
        try
        {
            await queue.WaitForTurnAsync(place);
            var (mine, revision) = await kv.FirstAsync(new RangeOp { Key = key.Memory });
            return mine is null ? throw ConcurrencyStatus.SessionExpired() : revision;
        }
        catch (Exception e) when (!ConcurrencyStatus.IsSessionExpired(e))
        {
            await kv.DeleteAsync(key);
            throw;
        }
    }

    // The right to delete the key is the right to unlock: etcd checks no more.
    private async ValueTask<UnlockResponse> UnlockAsync(UnlockRequest request, ServerCallContext call)
    {
        EtcdStatus.ThrowIfRefused(request.Key.IsEmpty ? EtcdError.EmptyKey : EtcdError.None);
        var revision = await new CallerKv(node, access, watches, call).DeleteAsync(request.Key);
        return new UnlockResponse { Header = _headers.MessageAt(revision) };
    }

    private static RangeResult RangeIn(TxnResult result, int at) => (RangeResult)result.Responses[at].Result;
}
