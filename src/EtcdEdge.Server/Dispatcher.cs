using System.Collections.Frozen;
using EtcdEdge.Server.Api.Rpc;
using EtcdEdge.Server.Listen;
using Microsoft.AspNetCore.Http;

namespace EtcdEdge.Server;

/// <summary>Takes every request of every listener to its handler: gRPC by path, the rest to the HTTP side.</summary>
internal sealed class Dispatcher(FrozenDictionary<string, RequestDelegate> methods, UnknownMethod unknown, HttpFront http)
{
    public Task HandleAsync(HttpContext context)
    {
        if (!HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            return http.HandleAsync(context, RoleOf(context));
        }

        return methods.TryGetValue(context.Request.Path.Value!, out var method) && RoleOf(context).HasFlag(ListenRole.Grpc)
            ? method(context)
            : HandleOtherHttp2Async(context);
    }

    private Task HandleOtherHttp2Async(HttpContext context)
    {
        if (GrpcWire.IsContentType(context.Request.ContentType))
        {
            return unknown.AnswerAsync(context);
        }

        return RoleOf(context) == ListenRole.Grpc || GrpcWire.IsMeant(context.Request.ContentType)
            ? UnknownMethod.RefuseContentAsync(context)
            : http.HandleAsync(context, RoleOf(context));
    }

    private static ListenRole RoleOf(HttpContext context) => context.Features.Get<WireEndPoint>()!.Role;
}
