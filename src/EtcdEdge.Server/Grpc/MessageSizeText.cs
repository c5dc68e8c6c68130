using System.Buffers;
using System.Buffers.Binary;
using Microsoft.AspNetCore.Http;

namespace EtcdEdge.Server.Grpc;

/// <summary>
/// Gives a refused oversized message grpc-go's text. Grpc.AspNetCore refuses it rightly, by the length in the frame and before buffering,
/// but with a text of its own and no hook to change it; the frame's header is still unread in the request then.
/// </summary>
internal static class MessageSizeText
{
    private const int FrameHeaderBytes = 5;

    /// <summary>Wraps a method's handler. The cost of a call that succeeds is one look at its response headers.</summary>
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

    private static Task Finish(HttpContext context, int maxBytes)
    {
        var headers = context.Response.Headers;
        if (!context.Response.HasStarted && headers.TryGetValue("grpc-status", out var status) && status == "8"
            && TryReadLength(context, out var length) && length > maxBytes)
        {
            headers["grpc-message"] = $"grpc: received message larger than max ({length} vs. {maxBytes})";
        }

        return Task.CompletedTask;
    }

    private static bool TryReadLength(HttpContext context, out uint length)
    {
        length = 0;
        var body = context.Request.BodyReader;
        if (!body.TryRead(out var read))
        {
            return false;
        }

        Span<byte> header = stackalloc byte[FrameHeaderBytes];
        var complete = read.Buffer.Length >= FrameHeaderBytes;
        if (complete)
        {
            read.Buffer.Slice(0, FrameHeaderBytes).CopyTo(header);
            length = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        }

        body.AdvanceTo(read.Buffer.Start);
        return complete;
    }
}
