using EtcdEdge.Server.Api.EtcdHttp;
using EtcdEdge.Server.Node;
using Microsoft.AspNetCore.Http;

namespace EtcdEdge.Server.Api.V2;

/// <summary>What the pages of the v2 API have in common.</summary>
internal static class V2Http
{
    /// <summary>True for one of the methods; any other is answered with 405.</summary>
    public static bool Allows(HttpContext context, params ReadOnlySpan<string> methods)
    {
        if (methods.Contains(context.Request.Method))
        {
            return true;
        }

        context.Response.Headers.Allow = string.Join(',', methods.ToArray());
        _ = HttpText.ErrorAsync(context, StatusCodes.Status405MethodNotAllowed, "Method Not Allowed");
        return false;
    }

    public static void AddClusterId(HttpContext context, IEtcdNode node) =>
        context.Response.Headers["X-Etcd-Cluster-Id"] = node.ClusterId.ToString("x");

    /// <summary>etcd's httptypes.HTTPError.</summary>
    public static Task ErrorAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        return HttpText.WriteAsync(context, "application/json", V2Members.ErrorBody(message));
    }
}
