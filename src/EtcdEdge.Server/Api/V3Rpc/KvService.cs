using System.Buffers;
using System.Runtime.CompilerServices;
using EtcdEdge.Api;
using EtcdEdge.Server.Api.Rpc;
using EtcdEdge.Server.Auth;
using EtcdEdge.Server.Common;
using EtcdEdge.Server.Metrics;
using EtcdEdge.Server.Node;
using EtcdEdge.StateMachine;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Proto;
using EtcdEdge.StateMachine.Requests;
using Grpc.Core;

namespace EtcdEdge.Server.Api.V3Rpc;

/// <summary>
/// etcdserverpb.KV. Writes go through the log with the client's own bytes; reads run here, on the published root, after a read barrier unless
/// they are serializable. Bound by hand: generated messages would decode and encode what only passes through.
/// </summary>
internal sealed class KvService : IRpcService
{
    private const string Name = "etcdserverpb.KV";

    /// <summary>What the log entry adds around a request at most: two tags, two lengths, the request's id (raft_internal.proto).</summary>
    private const int EntryOverheadBytes = 18;

    private readonly IEtcdNode _node;
    private readonly AccessControl _access;
    private readonly ResponseHeaders _headers;
    private readonly RangeStreamer _streamer;
    private readonly TimeProvider _time = TimeProvider.System;
    private readonly int _maxTxnOps;
    private readonly int _maxRequestBytes;

    public KvService(IEtcdNode node, AccessControl access, int maxTxnOps, int maxRequestBytes)
    {
        _node = node;
        _access = access;
        _headers = new ResponseHeaders(node);
        _streamer = new RangeStreamer(node, _headers, maxRequestBytes);
        _maxTxnOps = maxTxnOps;
        _maxRequestBytes = maxRequestBytes;
    }

    /// <summary>Receives the durations of ranges; null in tests that do not use them.</summary>
    public ServerMetrics? Metrics { get; init; }

    public void Bind(RpcBinder binder)
    {
        binder.Unary(Unary("Range", m => RangeOp.Parse(m)), RangeAsync);
        binder.Unary(Unary("Put", m => PutOp.Parse(m)), PutAsync);
        binder.Unary(Unary("DeleteRange", m => DeleteRangeOp.Parse(m)), DeleteRangeAsync);
        binder.Unary(Unary("Txn", TxnOp.Parse), TxnAsync);
        binder.Unary(Messages.Unary(Name, "Compact", CompactionRequest.Parser, CompactionResponse.Parser), CompactAsync);
        binder.ServerStreaming(RangeStreamMethod(), RangeStreamAsync);
    }

    private static Method<KvRequest<TOp>, KvReply> Unary<TOp>(string method, Func<ReadOnlyMemory<byte>, TOp> parse) =>
        new(MethodType.Unary, Name, method, Request(parse), Marshallers.Create(KvReply.Write, Unreadable<KvReply>));

    private static Method<KvRequest<RangeOp>, RangeChunk> RangeStreamMethod() =>
        new(
            MethodType.ServerStreaming, Name, "RangeStream", Request(m => RangeOp.Parse(m)),
            Marshallers.Create(RangeChunk.Write, Unreadable<RangeChunk>));

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<KvReply> RangeAsync(KvRequest<RangeOp> request, ServerCallContext context)
    {
        EtcdStatus.ThrowIfRefused(KvChecks.Check(request.Op));
        if (!request.Op.Serializable)
        {
            EtcdStatus.ThrowIfRefused(await _node.ReadBarrierAsync(context.CancellationToken));
        }

        var who = await _access.CallerAsync(context);
        EtcdStatus.ThrowIfRefused(_access.GateOf(who).Check(request.Op));
        if (MayTakeLong(request.Op))
        {
            await Task.Yield();
        }

        var root = _node.Root;
        var started = _time.GetTimestamp();
        var error = root.Range(request.Op, out var result);
        Metrics?.Ranged(error == EtcdError.None, _time.GetElapsedTime(started));
        EtcdStatus.ThrowIfRefused(error);
        _access.ThrowIfStale(who);
        request.Dispose();
        return new KvReply(result!, _headers.At(root.Revision));
    }

    // Other calls of the connection wait on this thread.
    private static bool MayTakeLong(in RangeOp op) => !op.RangeEnd.IsEmpty && !op.CountOnly && op.Limit is 0 or > V3RpcLimits.KeysOfShortRange;

    private async Task RangeStreamAsync(KvRequest<RangeOp> request, IServerStreamWriter<RangeChunk> responses, ServerCallContext context)
    {
        EtcdStatus.ThrowIfRefused(KvChecks.Check(request.Op));
        if (RangeStreamer.Refusal(request.Op) is { } refusal)
        {
            throw new RpcException(refusal);
        }

        if (!request.Op.Serializable)
        {
            EtcdStatus.ThrowIfRefused(await _node.ReadBarrierAsync(context.CancellationToken));
        }

        var who = await _access.CallerAsync(context);
        await _streamer.RunAsync(request.Op, who, responses, context.CancellationToken);
    }

    private ValueTask<KvReply> PutAsync(KvRequest<PutOp> request, ServerCallContext context)
    {
        EtcdStatus.ThrowIfRefused(KvChecks.Check(request.Op));
        return ProposeAsync(RequestKind.Put, request, context);
    }

    private ValueTask<KvReply> DeleteRangeAsync(KvRequest<DeleteRangeOp> request, ServerCallContext context)
    {
        EtcdStatus.ThrowIfRefused(KvChecks.Check(request.Op));
        return ProposeAsync(RequestKind.DeleteRange, request, context);
    }

    private ValueTask<KvReply> TxnAsync(KvRequest<TxnOp> request, ServerCallContext context)
    {
        EtcdStatus.ThrowIfRefused(Check(request.Op));
        return request.Op.IsReadOnly ? ReadTxnAsync(request, context) : ProposeAsync(RequestKind.Txn, request, context);
    }

    // A transaction that only reads needs no log entry, only what a range needs.
    private async ValueTask<KvReply> ReadTxnAsync(KvRequest<TxnOp> request, ServerCallContext context)
    {
        if (!request.Op.IsSerializable)
        {
            EtcdStatus.ThrowIfRefused(await _node.ReadBarrierAsync(context.CancellationToken));
        }

        var who = await _access.CallerAsync(context);
        EtcdStatus.ThrowIfRefused(_access.GateOf(who).Check(request.Op));
        var root = _node.Root;
        EtcdStatus.ThrowIfRefused(root.Txn(request.Op, out var result));
        _access.ThrowIfStale(who);
        request.Dispose();
        return new KvReply(result!, _headers.At(root.Revision));
    }

    private async ValueTask<CompactionResponse> CompactAsync(CompactionRequest request, ServerCallContext context)
    {
        // Compaction affects all users, so only root may do it, as in etcd 3.5.30.
        await _access.RequireAdminAsync(context);
        var result = await _access.ProposeAsync(RequestKind.Compaction, request, context);
        if (request.Physical)
        {
            await _node.CompactionRemovedAsync(context.CancellationToken);
        }

        return new CompactionResponse { Header = _headers.MessageAt(result.Revision) };
    }

    // The node copies the bytes before it returns, so the buffer is returned while the write is in flight.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<KvReply> ProposeAsync<TOp>(RequestKind kind, KvRequest<TOp> request, ServerCallContext context)
    {
        var who = await _access.CallerAsync(context);
        if (request.Bytes.Length > _maxRequestBytes - EntryOverheadBytes)
        {
            throw EtcdStatus.Refuse(EtcdError.RequestTooLarge);
        }

        var proposal = _node.ProposeAsync(kind, new ReadOnlySequence<byte>(request.Bytes), who, context.CancellationToken);
        request.Dispose();
        var result = await proposal;
        EtcdStatus.ThrowIfRefused(result.Error);
        return new KvReply((KvResult)result.Response!, _headers.At(result.Revision));
    }

    // The operations inside a transaction are parsed by the checks, so their bytes can be malformed here still.
    private EtcdError Check(TxnOp txn)
    {
        try
        {
            return KvChecks.Check(txn, _maxTxnOps);
        }
        catch (MalformedMessageException e)
        {
            throw Messages.Malformed(e.Message);
        }
    }

    private static Marshaller<KvRequest<TOp>> Request<TOp>(Func<ReadOnlyMemory<byte>, TOp> parse) =>
        Marshallers.Create(Unwritable, context => KvRequest<TOp>.Read(context, parse));

    private static void Unwritable<T>(T message, SerializationContext context) =>
        throw new NotSupportedException("a server only reads requests");

    private static T Unreadable<T>(DeserializationContext context) => throw new NotSupportedException("a server only writes responses");
}
