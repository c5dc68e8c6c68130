using EtcdEdge.Peers.Tls;
using EtcdEdge.Server.Api.Rpc;
using EtcdEdge.Server.Common;
using EtcdEdge.Server.Logging;
using EtcdEdge.Server.Node;
using EtcdEdge.StateMachine.Auth;
using EtcdEdge.StateMachine.Model;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server.Auth;

/// <summary>
/// The identity of a call's caller: the user of the token in its metadata, or the common name of its verified certificate when clients must present
/// one (etcd v3_server.go, AuthInfoFromCtx). Used only while auth is enabled.
/// </summary>
/// <param name="node">The node.</param>
/// <param name="tokens">Resolves tokens.</param>
/// <param name="clientCertAuth">--client-cert-auth.</param>
/// <param name="logger">Receives a line for invalid tokens, without the token.</param>
internal sealed class CallerIdentity(IEtcdNode node, ITokenProvider tokens, bool clientCertAuth, ILogger logger)
{
    private const string TokenKey = "token";
    private const string BearerPrefix = "Bearer ";

    /// <summary>The caller; empty when it presented nothing.</summary>
    /// <exception cref="RpcException">It has shown a token that is none, or none any more.</exception>
    public ValueTask<AuthInfo> OfAsync(ServerCallContext call)
    {
        var view = node.Auth;
        if (!view.IsEnabled)
        {
            return ValueTask.FromResult(AuthInfo.None);
        }

        return TokenIn(call) is { } token
            ? OfTokenAsync(token, call)
            : ValueTask.FromResult(clientCertAuth ? OfCertificate(call.GetHttpContext(), view) : AuthInfo.None);
    }

    private async ValueTask<AuthInfo> OfTokenAsync(string token, ServerCallContext call)
    {
        var who = await tokens.IdentifyAsync(token, call.CancellationToken);
        if (who.IsNone)
        {
            logger.InvalidToken(call.Peer);
            throw EtcdStatus.Refuse(EtcdError.InvalidAuthToken);
        }

        return who;
    }

    /// <summary>A gateway's calls carry no client certificate: the gateway's caller is not the user of the connection.</summary>
    private static AuthInfo OfCertificate(HttpContext http, AuthView view)
    {
        var isGrpc = GrpcWire.IsContentType(http.Request.ContentType) && !http.Request.Headers.ContainsKey("grpcgateway-accept");
        var name = isGrpc ? CommonName.Of(http) : "";
        return name.Length > 0 ? new AuthInfo(name, view.Revision) : AuthInfo.None;
    }

    private static string? TokenIn(ServerCallContext call)
    {
        var token = call.Header(TokenKey) ?? call.Header("authorization");
        return token?.StartsWith(BearerPrefix, StringComparison.Ordinal) == true ? token[BearerPrefix.Length..] : token;
    }
}
