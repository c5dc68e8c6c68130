using System.Text;
using System.Text.Json;
using EtcdEdge.Server.Logging;
using EtcdEdge.Server.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server.Api.EtcdHttp;

/// <summary>
/// /health, /livez and /readyz with their sub paths, byte for byte as etcd answers them (server/etcdserver/api/etcdhttp/health.go).
/// </summary>
internal sealed class HealthPages
{
    private readonly NodeHealth _node;
    private readonly HealthMetrics _metrics;
    private readonly ILogger _logger;
    private readonly Dictionary<string, IReadOnlyList<HealthCheck>> _paths = new(StringComparer.Ordinal);

    public HealthPages(NodeHealth node, HealthMetrics metrics, ILogger logger)
    {
        _node = node;
        _metrics = metrics;
        _logger = logger;
        AddPaths("/livez", node.Live());
        AddPaths("/readyz", node.Ready());
    }

    /// <summary>The checks behind a path, or null when it is none.</summary>
    public IReadOnlyList<HealthCheck>? Find(string path) => _paths.GetValueOrDefault(path);

    /// <summary>Answers /health: {"health":"true","reason":""}, or 503 with the reason.</summary>
    public async Task HealthAsync(HttpContext context)
    {
        if (!HttpText.IsGet(context, out var refusal))
        {
            await refusal;
            return;
        }

        var query = context.Request.Query;
        var serializable = query["serializable"].FirstOrDefault() == "true";
        var reason = await _node.OldHealthAsync(serializable, query["exclude"], context.RequestAborted);
        if (reason is null)
        {
            _metrics.Answered(healthy: true);
            await HttpText.WriteAsync(context, HttpText.Plain, """{"health":"true","reason":""}""");
            return;
        }

        var body = $$"""{"health":"false","reason":"{{JsonEncodedText.Encode(reason)}}"}""";
        _metrics.Answered(healthy: false);
        _logger.HealthFailed("/health", reason, StatusCodes.Status503ServiceUnavailable);
        await HttpText.ErrorAsync(context, StatusCodes.Status503ServiceUnavailable, body);
    }

    /// <summary>Answers /livez, /readyz or one of their sub paths: "ok", with ?verbose each check; 503 always with each check.</summary>
    public async Task ChecksAsync(HttpContext context, string path, IReadOnlyList<HealthCheck> checks)
    {
        if (!HttpText.IsGet(context, out var refusal))
        {
            await refusal;
            return;
        }

        var excluded = path.LastIndexOf('/') == 0 ? context.Request.Query["exclude"] : default;
        var (healthy, report) = await RunAsync(path.Split('/')[1], checks.Where(c => !excluded.Contains(c.Name)), context.RequestAborted);
        if (!healthy)
        {
            _logger.HealthFailed(path, report, StatusCodes.Status503ServiceUnavailable);
            await HttpText.ErrorAsync(context, StatusCodes.Status503ServiceUnavailable, report);
            return;
        }

        context.Response.Headers.XContentTypeOptions = "nosniff";
        var verbose = context.Request.Query.ContainsKey("verbose");
        await HttpText.WriteAsync(context, HttpText.Plain, verbose ? report + "ok\n" : "ok\n");
    }

    private async ValueTask<(bool Healthy, string Report)> RunAsync(string type, IEnumerable<HealthCheck> checks, CancellationToken cancel)
    {
        var healthy = true;
        var report = new StringBuilder();
        foreach (var check in checks)
        {
            var failure = await check.FailureAsync(cancel);
            _metrics.Checked(type, check.Name, failure is null);
            healthy &= failure is null;
            _ = failure is null ? report.Append($"[+]{check.Name} ok\n") : report.Append($"[-]{check.Name} failed: {failure}\n");
        }

        return (healthy, report.ToString());
    }

    private void AddPaths(string root, IReadOnlyList<HealthCheck> checks)
    {
        _paths.Add(root, checks);
        foreach (var check in checks)
        {
            _paths.Add($"{root}/{check.Name}", [check]);
        }
    }
}
