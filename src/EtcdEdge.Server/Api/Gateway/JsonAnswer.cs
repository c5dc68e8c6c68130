using System.Buffers;
using EtcdEdge.Server.Api.Rpc;
using Grpc.Core;

namespace EtcdEdge.Server.Api.Gateway;

/// <summary>
/// Responses as JSON: the message alone for a unary method; for a stream a line for each, <c>{"result":…}</c>, and one with <c>{"error":…}</c> when
/// it fails later. The text goes to <paramref name="write"/>.
/// </summary>
/// <param name="route">The method.</param>
/// <param name="write">Takes a text and whether to flush it; the text is the caller's again afterwards.</param>
internal sealed class JsonAnswer(GatewayRoute route, Func<ReadOnlyMemory<byte>, bool, CancellationToken, ValueTask> write) : IMessageSink
{
    private readonly ArrayBufferWriter<byte> _text = new(512);

    /// <summary>Whether anything was written.</summary>
    public bool HasStarted { get; private set; }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> message, bool flush, CancellationToken cancel)
    {
        _text.ResetWrittenCount();
        _text.Write(route.IsStream ? """{"result":"""u8 : ""u8);
        JsonResponse.Write(route.Response, message.Span, _text);
        _text.Write(route.IsStream ? "}\n"u8 : ""u8);
        HasStarted = true;
        return write(_text.WrittenMemory, flush, cancel);
    }

    /// <summary>A stream's error line.</summary>
    public ValueTask WriteErrorAsync(Status status, CancellationToken cancel)
    {
        _text.ResetWrittenCount();
        _text.Write("""{"error":"""u8);
        WriteStatus(status, _text, withError: false);
        _text.Write("}\n"u8);
        return write(_text.WrittenMemory, true, cancel);
    }

    /// <summary>
    /// The body of an error: code and message, and with <paramref name="withError"/> the message once more as "error", which clients of 3.5 read.
    /// </summary>
    public static void WriteStatus(Status status, ArrayBufferWriter<byte> output, bool withError)
    {
        output.Write(withError ? """{"error":"""u8 : "{"u8);
        if (withError)
        {
            JsonText.Write(status.Detail, output);
            output.Write(","u8);
        }

        output.Write(System.Text.Encoding.ASCII.GetBytes($"\"code\":{(int)status.StatusCode},\"message\":"));
        JsonText.Write(status.Detail, output);
        output.Write("}"u8);
    }
}
