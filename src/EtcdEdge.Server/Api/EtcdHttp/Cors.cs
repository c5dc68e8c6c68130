using Microsoft.AspNetCore.Http;

namespace EtcdEdge.Server.Api.EtcdHttp;

/// <summary>etcd's CORS headers (--cors): on every answer when all origins are allowed, else for the origins that are listed.</summary>
internal sealed class Cors(IReadOnlyList<string> origins)
{
    private readonly bool _any = origins.Count == 0 || origins.Contains("*");

    public void AddHeaders(HttpContext context)
    {
        var origin = _any ? "*" : context.Request.Headers.Origin.ToString();
        if (!_any && !origins.Contains(origin))
        {
            return;
        }

        var headers = context.Response.Headers;
        headers.AccessControlAllowMethods = "POST, GET, OPTIONS, PUT, DELETE";
        headers.AccessControlAllowOrigin = origin;
        headers.AccessControlAllowHeaders = "accept, content-type, authorization";
    }
}
