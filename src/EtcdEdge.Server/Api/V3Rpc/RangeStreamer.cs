using EtcdEdge.Api;
using EtcdEdge.Server.Api.Rpc;
using EtcdEdge.Server.Common;
using EtcdEdge.Server.Node;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Requests;
using Grpc.Core;

namespace EtcdEdge.Server.Api.V3Rpc;

/// <summary>
/// Serves RangeStream (etcd 3.7): the range in chunks that start small, for a fast first answer, and grow to about the size of the largest
/// request. Every chunk is read from the newest root at the revision of the first one, so that a slow reader holds no old root alive; a
/// compaction that overtakes it ends the stream, as in etcd.
/// </summary>
internal sealed class RangeStreamer(IEtcdNode node, ResponseHeaders headers, int chunkBytes)
{
    /// <summary>etcd's first chunk (server/etcdserver/v3_server.go initialStreamChunkLimit).</summary>
    private const long FirstChunkKeys = 10;

    /// <summary>Sends all chunks. The caller's rights are checked again after a chunk was read, before it is sent.</summary>
    public async Task RunAsync(RangeOp op, AuthInfo who, IServerStreamWriter<RangeChunk> responses, CancellationToken cancel)
    {
        var total = op.Limit <= 0 ? long.MaxValue : op.Limit;
        var headerRevision = node.Root.Revision;
        (op.SortOrder, op.SortTarget) = (RangeRequest.Types.SortOrder.None, RangeRequest.Types.SortTarget.Key);
        op.Limit = Math.Min(FirstChunkKeys, total);
        op.Revision = op.Revision <= 0 ? headerRevision : op.Revision;
        EtcdStatus.ThrowIfRefused(node.Auth.CheckRead(who, op.Range));
        for (long sent = 0; ;)
        {
            var result = Read(op);
            EtcdStatus.ThrowIfRefused(node.Auth.CheckRead(who, op.Range));
            sent += result.Records.Length;
            var isLast = op.CountOnly || !result.More || sent >= total;
            var chunk = isLast ? Last(result, sent, headerRevision) : Inner(result);
            await responses.WriteAsync(chunk, cancel);
            if (isLast)
            {
                return;
            }

            op.Key = After(result.Records.Span[^1].Key.Span);
            op.Limit = Math.Min(NextLimit(op.Limit, chunk.Size), total - sent);
        }
    }

    /// <summary>Only the natural order can be served in pieces.</summary>
    public static Status? Refusal(in RangeOp op)
    {
        var isNatural = op.SortOrder == RangeRequest.Types.SortOrder.None
            || (op.SortOrder == RangeRequest.Types.SortOrder.Ascend && op.SortTarget == RangeRequest.Types.SortTarget.Key);
        if (!isNatural)
        {
            return EtcdStatus.Of(EtcdError.RangeStreamUnsupported);
        }

        var isFiltered = (op.MinModRevision | op.MaxModRevision | op.MinCreateRevision | op.MaxCreateRevision) != 0;
        return isFiltered ? EtcdStatus.RangeStreamFilters : null;
    }

    /// <summary>Doubles or halves towards the wanted size, with room between so that it settles.</summary>
    internal long NextLimit(long lastLimit, int lastSize)
    {
        if (lastSize < chunkBytes / 2)
        {
            return lastLimit * 2;
        }

        return lastSize > chunkBytes * 2L ? Math.Max(1, lastLimit / 2) : lastLimit;
    }

    private RangeResult Read(in RangeOp op)
    {
        EtcdStatus.ThrowIfRefused(node.Root.Range(op, out var result));
        return result!;
    }

    private static RangeChunk Inner(RangeResult result) => new(new RangeResult { Records = result.Records, KeysOnly = result.KeysOnly }, null);

    // The chunk's count starts at its own first key; what was sent before it is added.
    private RangeChunk Last(RangeResult result, long sent, long headerRevision)
    {
        var count = sent - result.Records.Length + result.Count;
        var whole = new RangeResult { Records = result.Records, KeysOnly = result.KeysOnly, More = result.More, Count = count };
        return new RangeChunk(whole, headers.At(headerRevision));
    }

    private static byte[] After(ReadOnlySpan<byte> key)
    {
        var next = new byte[key.Length + 1];
        key.CopyTo(next);
        return next;
    }
}
