using System.Buffers;
using System.Buffers.Binary;
using Microsoft.AspNetCore.Http;

namespace EtcdEdge.Server.Api.Rpc;

/// <summary>
/// Gives a refused oversized message grpc-go's text. Grpc.AspNetCore refuses it rightly, by the length in the frame and before buffering,
/// but with a text of its own and no hook to change it; the frame's header is still unread in the request then.
/// </summary>
internal static class MessageSizeText
{
    /// <summary>Wraps a method's handler. A successful call costs one check of its response headers.</summary>
    public static RequestDelegate Wrap(RequestDelegate handler, int maxBytes) => context =>
    {
        var call = handler(context);
        return call.IsCompletedSuccessfully ? Finish(context, maxBytes) : FinishLater(call, context, maxBytes);
    };

    private static async Task FinishLater(Task call, HttpContext context, int maxBytes)
    {
        await call;
        await Finish(context, maxBytes);
    }

    private static Task Finish(HttpContext context, int maxBytes) =>
        !context.Response.HasStarted && context.Response.Headers.TryGetValue("grpc-status", out var status) && status == "8"
            ? RewriteAsync(context, maxBytes)
            : Task.CompletedTask;

    private static async Task RewriteAsync(HttpContext context, int maxBytes)
    {
        var length = await ReadLengthAsync(context);
        if (length > maxBytes)
        {
            context.Response.Headers["grpc-message"] = $"grpc: received message larger than max ({length} vs. {maxBytes})";
        }
    }

    // What was read was not consumed, so the next read starts at the frame again. It waits for more bytes; a client that sends none has waited
    // long enough for a better text.
    private static async Task<uint> ReadLengthAsync(HttpContext context)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        patience.CancelAfter(RpcLimits.RefusedBodyPatience);
        try
        {
            var read = await context.Request.BodyReader.ReadAsync(patience.Token);
            var length = LengthOf(read.Buffer);
            context.Request.BodyReader.AdvanceTo(read.Buffer.Start);
            return length;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            return 0;
        }
    }

    private static uint LengthOf(in ReadOnlySequence<byte> body)
    {
        Span<byte> header = stackalloc byte[GrpcWire.PrefixBytes];
        if (body.Length < GrpcWire.PrefixBytes)
        {
            return 0;
        }

        body.Slice(0, GrpcWire.PrefixBytes).CopyTo(header);
        return BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
    }
}
