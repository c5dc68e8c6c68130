using System.IO.Pipelines;
using System.Net.WebSockets;
using EtcdEdge.Server.Common;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace EtcdEdge.Server.Api.Gateway;

/// <summary>
/// A call over a WebSocket, as the proxy in front of etcd's gateway serves it: each message of the client is a piece of the body, each line of the
/// response a text message. The call ends with the connection and the connection with the call.
/// </summary>
internal static class WebSocketCall
{
    public static async Task RunAsync(HttpContext context, JsonGateway gateway, GatewayRoute route)
    {
        await using var stream = await WebSocketHandshake.AcceptAsync(context);
        using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
        using var connection = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        using var call = new GatewayCall(context, route.Path, connection.Token);
        const int threshold = GatewayLimits.WebSocketBufferBytes;
        var body = new Pipe(new PipeOptions(pauseWriterThreshold: threshold, resumeWriterThreshold: threshold / 2));
        var receiving = ReceiveAsync(socket, body.Writer, connection);
        var answer = new JsonAnswer(route, (text, _, cancel) => SendAsync(socket, text, cancel));
        var status = await gateway.RunAsync(route, call, answer, body.Reader);
        await body.Reader.CompleteAsync();
        await FinishAsync(socket, answer, status, connection);
        await receiving;
    }

    private static ValueTask SendAsync(WebSocket socket, ReadOnlyMemory<byte> text, CancellationToken cancel) =>
        socket.SendAsync(text.Span[^1] == '\n' ? text[..^1] : text, WebSocketMessageType.Text, endOfMessage: true, cancel);

    private static async Task ReceiveAsync(WebSocket socket, PipeWriter body, CancellationTokenSource connection)
    {
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(body.GetMemory(GatewayLimits.WebSocketReadBytes), connection.Token);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    break;
                }

                body.Advance(received.Count);
                if ((await body.FlushAsync(connection.Token)).IsCompleted)
                {
                    break;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or IOException)
        {
            // The client closed the connection, which ends the call below.
        }

        await body.CompleteAsync();
        await connection.CancelAsync();
    }

    private static async Task FinishAsync(WebSocket socket, JsonAnswer answer, Status status, CancellationTokenSource connection)
    {
        try
        {
            if (status.StatusCode != StatusCode.OK && !connection.IsCancellationRequested)
            {
                await answer.WriteErrorAsync(status, connection.Token);
            }

            using var patience = new CancellationTokenSource(ServerLimits.StopTimeout);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or IOException)
        {
            // The client is gone; the closing handshake cannot be completed.
        }

        await connection.CancelAsync();
    }
}
