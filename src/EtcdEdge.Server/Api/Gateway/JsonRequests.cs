using System.Buffers;
using System.IO.Pipelines;
using EtcdEdge.Server.Api.Rpc;

namespace EtcdEdge.Server.Api.Gateway;

/// <summary>The requests in a body: one for a unary method, one after the other for a stream. A JSON error ends a stream, as in etcd.</summary>
/// <param name="body">The bytes.</param>
/// <param name="announcedBytes">The announced content length; 0 when there is none.</param>
/// <param name="route">The method.</param>
/// <param name="maxMessageBytes">The bound of a message; its JSON may have twice as much.</param>
internal sealed class JsonRequests(PipeReader body, long announcedBytes, GatewayRoute route, int maxMessageBytes) : IMessageSource
{
    private readonly ProtoBuffer _message = new();
    private readonly int _maxJsonBytes = (int)Math.Min(int.MaxValue, 2L * maxMessageBytes);
    private bool _hasEnded;

    public ValueTask<ReadOnlySequence<byte>?> NextAsync(CancellationToken cancel) => route.IsStream ? NextOfManyAsync(cancel) : OnlyAsync(cancel);

    // A body that is announced as too large is refused unread: a client that sends Expect: 100-continue then sends nothing.
    private async ValueTask<ReadOnlySequence<byte>?> OnlyAsync(CancellationToken cancel)
    {
        RequireSize(announcedBytes);
        var read = await body.ReadAsync(cancel);
        while (!read.IsCompleted && read.Buffer.Length <= _maxJsonBytes)
        {
            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            read = await body.ReadAsync(cancel);
        }

        try
        {
            RequireSize(read.Buffer.Length);
            Convert(read.Buffer);
        }
        finally
        {
            // A read left open makes Kestrel close the connection after the response without announcing it: the client's next request fails.
            body.AdvanceTo(read.Buffer.End);
        }

        return _message.Written;
    }

    private async ValueTask<ReadOnlySequence<byte>?> NextOfManyAsync(CancellationToken cancel)
    {
        var boundary = new JsonBoundary();
        long scanned = 0;
        while (!_hasEnded)
        {
            var read = await body.ReadAsync(cancel);
            if (End(read.Buffer.Slice(scanned), ref boundary) is { } end)
            {
                Take(read.Buffer.Slice(0, end));
                return _hasEnded ? null : _message.Written;
            }

            scanned = read.Buffer.Length;
            _hasEnded = read.IsCompleted || scanned > _maxJsonBytes;
            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }

        return null;
    }

    private static SequencePosition? End(ReadOnlySequence<byte> unscanned, ref JsonBoundary boundary)
    {
        long before = 0;
        foreach (var piece in unscanned)
        {
            var end = boundary.EndIn(piece.Span);
            if (end >= 0)
            {
                return unscanned.GetPosition(before + end);
            }

            before += piece.Length;
        }

        return null;
    }

    private void Take(ReadOnlySequence<byte> value)
    {
        try
        {
            Convert(value);
        }
        catch (JsonRequestException)
        {
            _hasEnded = true;
        }
        finally
        {
            body.AdvanceTo(value.End);
        }
    }

    private void Convert(in ReadOnlySequence<byte> json)
    {
        _message.Clear();
        if (json.IsSingleSegment)
        {
            JsonRequest.Write(route.Request, json.FirstSpan, _message);
        }
        else
        {
            var whole = ArrayPool<byte>.Shared.Rent((int)json.Length);
            json.CopyTo(whole);
            try
            {
                JsonRequest.Write(route.Request, whole.AsSpan(0, (int)json.Length), _message);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(whole);
            }
        }

        if (_message.Length > maxMessageBytes)
        {
            throw TooLarge(_message.Length);
        }
    }

    private void RequireSize(long bytes)
    {
        if (bytes > _maxJsonBytes)
        {
            throw TooLarge(bytes);
        }
    }

    private global::Grpc.Core.RpcException TooLarge(long bytes) =>
        new(new(global::Grpc.Core.StatusCode.ResourceExhausted, $"grpc: received message larger than max ({bytes} vs. {maxMessageBytes})"));
}
