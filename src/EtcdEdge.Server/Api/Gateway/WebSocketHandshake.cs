using System.Text;
using EtcdEdge.Base.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EtcdEdge.Server.Api.Gateway;

/// <summary>The opening of a WebSocket (RFC 6455 §4.2), with the token that browsers can only carry as a subprotocol.</summary>
internal static class WebSocketHandshake
{
    private const string Magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private const string Bearer = "Bearer";

    public static bool IsAsked(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && request.Headers.Upgrade.ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase)
        && request.Headers.SecWebSocketKey.Count == 1;

    /// <summary>
    /// Answers 101 and returns the raw connection. "Sec-WebSocket-Protocol: Bearer, TOKEN" becomes the Authorization header, as etcd's proxy has it.
    /// </summary>
    public static Task<Stream> AcceptAsync(HttpContext context)
    {
        var response = context.Response.Headers;
        response.Upgrade = "websocket";
        response.Connection = "Upgrade";
        response.SecWebSocketAccept = Accept(context.Request.Headers.SecWebSocketKey.ToString());
        var protocols = context.Request.Headers.SecWebSocketProtocol.ToString().Split(',', StringSplitOptions.TrimEntries);
        if (protocols is [Bearer, { Length: > 0 } token, ..])
        {
            context.Request.Headers.Authorization = $"{Bearer} {token}";
            response.SecWebSocketProtocol = Bearer;
        }

        return context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
    }

    // SHA-1 is the RFC's, and protects nothing here.
    private static string Accept(string key) => Convert.ToBase64String(Sha1.Of(Encoding.ASCII.GetBytes(key + Magic)));
}
