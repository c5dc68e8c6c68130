using EtcdEdge.Server.Api.EtcdHttp;
using Microsoft.AspNetCore.Http;

namespace EtcdEdge.Server.Api.V2;

/// <summary>The paths of the v2 API, which answers only with --enable-v2.</summary>
internal sealed class V2Front(V2Keys keys, V2Members members, V2Stats stats)
{
    private const string Keys = "/v2/keys";
    private const string Members = "/v2/members";
    private const string Auth = "/v2/auth/";

    /// <summary>Answers a clean path that begins with /v2/, its escapes undone.</summary>
    public Task HandleAsync(HttpContext context, string path) => path switch
    {
        Keys => keys.HandleAsync(context, ""),
        _ when path.StartsWith(Keys + "/", StringComparison.Ordinal) => keys.HandleAsync(context, path[Keys.Length..]),
        Members => members.HandleAsync(context, ""),
        _ when path.StartsWith(Members + "/", StringComparison.Ordinal) => members.HandleAsync(context, path[Members.Length..].Trim('/')),
        "/v2/machines" => members.MachinesAsync(context),
        "/v2/stats/store" => stats.StoreAsync(context),
        "/v2/stats/self" => stats.SelfAsync(context),
        "/v2/stats/leader" => stats.LeaderAsync(context),
        "/v2/auth/enable" when HttpMethods.IsGet(context.Request.Method) => HttpText.WriteAsync(context, "application/json", "{\"enabled\":false}\n"),
        _ when path.StartsWith(Auth, StringComparison.Ordinal) => V2Http.ErrorAsync(
            context, StatusCodes.Status501NotImplemented, "the v2 API has no users here; close the port to others, or use the v3 API with auth"),
        _ => HttpText.ErrorAsync(context, StatusCodes.Status404NotFound, "404 page not found"),
    };
}
