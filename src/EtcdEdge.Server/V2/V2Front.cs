using EtcdEdge.Server.Http;
using EtcdEdge.StateMachine.V2;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EtcdEdge.Server.V2;

/// <summary>The paths of the v2 API, which answers only with --enable-v2.</summary>
internal sealed class V2Front(V2Keys keys, V2Members members, V2Stats stats)
{
    private const string Keys = "/v2/keys";
    private const string Members = "/v2/members";
    private const string Auth = "/v2/auth/";

    /// <summary>Answers a path that begins with /v2/.</summary>
    public Task HandleAsync(HttpContext context)
    {
        // Kestrel leaves escaped slashes in a path; Go does not, and keys may come with them.
        string target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        string raw = target.StartsWith('/') ? target.Split('?')[0] : context.Request.Path.Value ?? "/";
        string? path = V2Form.Unescape(raw, plusIsSpace: false, out _);
        if (path is null)
        {
            return HttpText.ErrorAsync(context, StatusCodes.Status400BadRequest, "400 Bad Request");
        }
        string clean = V2Path.Clean(path) + (path.EndsWith('/') && path.Length > 1 ? "/" : "");
        return path == clean ? RouteAsync(context, path) : HttpText.MovedAsync(context, Uri.EscapeDataString(clean).Replace("%2F", "/", StringComparison.Ordinal) + context.Request.QueryString);
    }

    private Task RouteAsync(HttpContext context, string path) => path switch
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
