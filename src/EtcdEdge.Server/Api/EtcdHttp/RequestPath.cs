using EtcdEdge.StateMachine.V2;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EtcdEdge.Server.Api.EtcdHttp;

/// <summary>
/// A request's path as Go's net/http and its mux see it: escapes decoded once, and a permanent redirect to the path without ".", ".." and double
/// slashes. Kestrel removes dots itself and keeps escaped slashes, so the raw target is used.
/// </summary>
internal static class RequestPath
{
    /// <summary>The path with its escapes undone; null when one is broken.</summary>
    public static string? Of(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var raw = target.StartsWith('/') ? target.Split('?')[0] : context.Request.Path.Value ?? "/";
        return raw.Contains('%', StringComparison.Ordinal) ? GoUrl.Unescape(raw, plusIsSpace: false, out _) : raw;
    }

    /// <summary>Where the client is to go instead, with its query; null when the path is clean.</summary>
    public static string? MovedTo(HttpContext context, string path)
    {
        if (!path.Contains("//", StringComparison.Ordinal) && !path.Contains("/.", StringComparison.Ordinal))
        {
            return null;
        }

        var clean = V2Path.Clean(path);
        clean += clean != "/" && path.EndsWith('/') ? "/" : "";
        return path == clean ? null : Uri.EscapeDataString(clean).Replace("%2F", "/", StringComparison.Ordinal) + context.Request.QueryString;
    }
}
