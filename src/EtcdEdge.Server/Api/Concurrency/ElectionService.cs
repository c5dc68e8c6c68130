using EtcdEdge.Api;
using EtcdEdge.Api.Concurrency;
using EtcdEdge.Server.Api.Rpc;
using EtcdEdge.Server.Auth;
using EtcdEdge.Server.Node;
using EtcdEdge.Server.Watch;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Requests;
using Google.Protobuf;
using Grpc.Core;

namespace EtcdEdge.Server.Api.Concurrency;

/// <summary>v3electionpb.Election: the owner of the oldest key under a name leads, and the value of that key is its proclamation.</summary>
internal sealed class ElectionService(IEtcdNode node, AccessControl access, WatchDispatcher watches) : IRpcService
{
    private const string Name = "v3electionpb.Election";
    private readonly ResponseHeaders _headers = new(node);

    public void Bind(RpcBinder binder)
    {
        binder.Unary(Messages.Unary(Name, "Campaign", CampaignRequest.Parser, CampaignResponse.Parser),
            (request, call) => ConcurrencyStatus.InWordsAsync(CampaignAsync(request, call)));
        binder.Unary(Messages.Unary(Name, "Proclaim", ProclaimRequest.Parser, ProclaimResponse.Parser),
            (request, call) => ConcurrencyStatus.InWordsAsync(ProclaimAsync(request, call)));
        binder.Unary(Messages.Unary(Name, "Leader", LeaderRequest.Parser, LeaderResponse.Parser),
            (request, call) => ConcurrencyStatus.InWordsAsync(LeaderAsync(request, call)));
        binder.Unary(Messages.Unary(Name, "Resign", ResignRequest.Parser, ResignResponse.Parser),
            (request, call) => ConcurrencyStatus.InWordsAsync(ResignAsync(request, call)));
        binder.ServerStreaming(Messages.ServerStreaming(Name, "Observe", LeaderRequest.Parser, LeaderResponse.Parser), ObserveAsync);
    }

    /// <summary>Creates the candidate's key and waits. An existing key first gets the new value.</summary>
    private async ValueTask<CampaignResponse> CampaignAsync(CampaignRequest request, ServerCallContext call)
    {
        var kv = new CallerKv(node, access, watches, call);
        var queue = new WaitQueue(kv, request.Name);
        var lease = await kv.LeaseAsync(request.Lease);
        var leader = new LeaderKey { Name = request.Name, Key = queue.KeyOf(lease), Lease = lease };
        var (joined, revision) = await kv.JoinAsync(
            new TxnRequest
            {
                Compare = { WaitQueue.CreatedAt(leader.Key, 0) },
                Success = { PutOf(leader, request.Value) },
                Failure = { new RequestOp { RequestRange = new RangeRequest { Key = leader.Key } } },
            },
            leader.Key, request.Lease);
        leader.Rev = revision;
        if (!joined.Succeeded)
        {
            var mine = ((RangeResult)joined.Responses[0].Result).Records.Span[0];
            leader.Rev = mine.CreateRevision;
            if (!mine.Value.Span.SequenceEqual(request.Value.Span) && await TryProclaimAsync(kv, leader, request.Value) is null)
            {
                throw ConcurrencyStatus.NotLeader();
            }
        }

        await WaitAsync(kv, queue, leader);
        return new CampaignResponse { Header = _headers.MessageAt(revision), Leader = leader };
    }

    // A cancelled campaign deletes its key.
    private static async ValueTask WaitAsync(CallerKv kv, WaitQueue queue, LeaderKey leader)
    {
        try
        {
            await queue.WaitForTurnAsync(leader.Rev);
        }
        catch (Exception) when (kv.Cancel.IsCancellationRequested)
        {
            await kv.DeleteAsync(leader.Key);
            throw;
        }
    }

    private async ValueTask<ProclaimResponse> ProclaimAsync(ProclaimRequest request, ServerCallContext call)
    {
        var (kv, leader) = await SessionAsync(request.Leader, call);
        var revision = await TryProclaimAsync(kv, leader, request.Value) ?? throw ConcurrencyStatus.NotLeader();
        return new ProclaimResponse { Header = _headers.MessageAt(revision) };
    }

    /// <summary>The revision at which the value was put; null when the key is no longer the candidate's.</summary>
    private static async ValueTask<long?> TryProclaimAsync(CallerKv kv, LeaderKey leader, ByteString value)
    {
        var (result, revision) = await kv.TxnAsync(new TxnRequest
        {
            Compare = { WaitQueue.CreatedAt(leader.Key, leader.Rev) },
            Success = { PutOf(leader, value) },
        });
        return result.Succeeded ? revision : null;
    }

    private async ValueTask<ResignResponse> ResignAsync(ResignRequest request, ServerCallContext call)
    {
        var (kv, leader) = await SessionAsync(request.Leader, call);
        var (_, revision) = await kv.TxnAsync(new TxnRequest
        {
            Compare = { WaitQueue.CreatedAt(leader.Key, leader.Rev) },
            Success = { new RequestOp { RequestDeleteRange = new DeleteRangeRequest { Key = leader.Key } } },
        });
        return new ResignResponse { Header = _headers.MessageAt(revision) };
    }

    private async ValueTask<LeaderResponse> LeaderAsync(LeaderRequest request, ServerCallContext call)
    {
        var queue = new WaitQueue(new CallerKv(node, access, watches, call), request.Name);
        var (leader, revision) = await queue.HeadAsync();
        return leader is null ? throw ConcurrencyStatus.NoLeader() : ResponseOf(leader, revision);
    }

    /// <summary>Shows each leader and what it proclaims, one after the other (etcd client/v3/concurrency/election.go, observe).</summary>
    private async Task ObserveAsync(LeaderRequest request, IServerStreamWriter<LeaderResponse> responses, ServerCallContext call)
    {
        var kv = new CallerKv(node, access, watches, call);
        var queue = new WaitQueue(kv, request.Name);
        while (true)
        {
            var (leader, revision) = await queue.HeadAsync();
            if (leader is null)
            {
                leader = await FirstPutAsync(kv, queue, revision);
                revision = leader.ModRevision;
            }

            await responses.WriteAsync(ResponseOf(leader, revision), kv.Cancel);
            using var watch = await kv.WatchAsync(new KeyRange(leader.Key, default), revision + 1);
            for (var next = await watch.NextAsync(kv.Cancel); !next.IsTombstone; next = await watch.NextAsync(kv.Cancel))
            {
                await responses.WriteAsync(ResponseOf(next, next.ModRevision), kv.Cancel);
            }
        }
    }

    private static async ValueTask<Record> FirstPutAsync(CallerKv kv, WaitQueue queue, long revision)
    {
        using var watch = await kv.WatchAsync(queue.Keys, revision);
        while (true)
        {
            var record = await watch.NextAsync(kv.Cancel);
            if (!record.IsTombstone)
            {
                return record;
            }
        }
    }

    private async ValueTask<(CallerKv Kv, LeaderKey Leader)> SessionAsync(LeaderKey? leader, ServerCallContext call)
    {
        var kv = new CallerKv(node, access, watches, call);
        var known = (leader ?? throw ConcurrencyStatus.LeaderMissing()).Clone();
        known.Lease = await kv.LeaseAsync(known.Lease);
        return (kv, known);
    }

    private LeaderResponse ResponseOf(Record record, long revision) => new()
    {
        Header = _headers.MessageAt(revision),
        Kv = new KeyValue
        {
            Key = UnsafeByteOperations.UnsafeWrap(record.Key),
            Value = UnsafeByteOperations.UnsafeWrap(record.Value),
            CreateRevision = record.CreateRevision,
            ModRevision = record.ModRevision,
            Version = record.Version,
            Lease = record.Lease,
        },
    };

    private static RequestOp PutOf(LeaderKey leader, ByteString value) =>
        new() { RequestPut = new PutRequest { Key = leader.Key, Value = value, Lease = leader.Lease } };
}
