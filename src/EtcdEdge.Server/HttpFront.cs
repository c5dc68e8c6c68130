using EtcdEdge.Configuration;
using EtcdEdge.Peers.Tls;
using EtcdEdge.Server.Api.EtcdHttp;
using EtcdEdge.Server.Api.Gateway;
using EtcdEdge.Server.Api.V2;
using EtcdEdge.Server.Listen;
using EtcdEdge.Server.Logging;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server;

/// <summary>
/// The HTTP side: what etcd serves beside gRPC on its client URLs, and the part of it that its metrics URLs serve too. Paths are exact, as in
/// Go's mux; everything else is a 404.
/// </summary>
internal sealed class HttpFront(HttpOptions options, HealthPages health, InfoPages info, ILogger logger)
{
    private const string BetaPrefix = "/v3beta/";
    private const string NoCommonNames = "CommonName of client sending a request against gateway will be ignored and not used as expected";
    private readonly HostWhitelist _hosts = new(options.HostWhitelist);
    private readonly Cors _cors = new(options.Cors);

    /// <summary>Serves the paths below /v3/; null when --enable-grpc-gateway is false.</summary>
    public JsonGateway? Gateway { get; init; }

    /// <summary>
    /// Whether common names of certificates are users. The gateway cannot identify users by certificates: it refuses such a client, as etcd does,
    /// rather than treat it as anonymous.
    /// </summary>
    public Func<bool> CommonNamesAreUsers { get; init; } = () => false;

    /// <summary>What answers below /v2/; null: nothing (--enable-v2 is off).</summary>
    public V2Front? V2 { get; init; }

    public Task HandleAsync(HttpContext context, ListenRole role) =>
        role.HasFlag(ListenRole.Metrics) ? MuxedAsync(context, HandleMonitoringAsync) : HandleClientAsync(context);

    private Task HandleClientAsync(HttpContext context)
    {
        if (!context.Request.IsHttps && !_hosts.Allows(context.Request.Host))
        {
            logger.HostRejected(context.Request.Host.Host);
            return HttpText.ErrorAsync(context, StatusCodes.Status421MisdirectedRequest, HostWhitelist.Refusal(context.Request.Host.Host));
        }

        _cors.AddHeaders(context);
        if (HttpMethods.IsOptions(context.Request.Method))
        {
            return Task.CompletedTask;
        }

        return MuxedAsync(context, HandleClientAsync);
    }

    /// <summary>What Go's mux does before it looks a path up.</summary>
    private static Task MuxedAsync(HttpContext context, Func<HttpContext, string, Task> handle) => RequestPath.Of(context) switch
    {
        null => HttpText.ErrorAsync(context, StatusCodes.Status400BadRequest, "400 Bad Request"),
        var path when RequestPath.MovedTo(context, path) is { } clean => HttpText.MovedAsync(context, clean),
        var path => handle(context, path),
    };

    private Task HandleClientAsync(HttpContext context, string path) => path switch
    {
        "/version" => info.VersionAsync(context),
        "/debug/vars" => info.VarsAsync(context),
        "/v3" when Gateway is not null => HttpText.MovedAsync(context, "/v3/"),
        _ when Gateway is not null && path.StartsWith("/v3/", StringComparison.Ordinal) => GatewayAsync(context, Gateway, path),
        _ when Gateway is not null && path.StartsWith(BetaPrefix, StringComparison.Ordinal) =>
            GatewayAsync(context, Gateway, "/v3/" + path[BetaPrefix.Length..]),
        _ when V2 is not null && path.StartsWith("/v2/", StringComparison.Ordinal) => V2.HandleAsync(context, path),
        _ => HandleMonitoringAsync(context, path),
    };

    private Task GatewayAsync(HttpContext context, JsonGateway gateway, string path) =>
        CommonNamesAreUsers() && CommonName.Of(context).Length > 0
            ? HttpText.ErrorAsync(context, StatusCodes.Status400BadRequest, NoCommonNames)
            : gateway.HandleAsync(context, path);

    private Task HandleMonitoringAsync(HttpContext context, string path) => path switch
    {
        "/metrics" => info.MetricsAsync(context),
        "/health" => health.HealthAsync(context),
        _ when health.Find(path) is { } checks => health.ChecksAsync(context, path, checks),
        _ => HttpText.ErrorAsync(context, StatusCodes.Status404NotFound, "404 page not found"),
    };
}
