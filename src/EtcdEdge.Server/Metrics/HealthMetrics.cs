using System.Collections.Frozen;

namespace EtcdEdge.Server.Metrics;

/// <summary>What is counted of /health, /livez and /readyz.</summary>
internal sealed class HealthMetrics
{
    /// <summary>etcd's checks by end point (server/etcdserver/api/etcdhttp/health.go).</summary>
    private static readonly (string Type, string Name)[] s_checks =
    [
        ("livez", "serializable_read"),
        ("readyz", "data_corruption"),
        ("readyz", "serializable_read"),
        ("readyz", "linearizable_read"),
        ("readyz", "non_learner"),
    ];

    private readonly Counter _success;
    private readonly Counter _failures;
    private readonly FrozenDictionary<(string Type, string Name), (SwitchGauge Healthy, Counter Success, Counter Error)> _checks;

    public HealthMetrics(MetricRegistry registry)
    {
        _success = registry.Counter("etcd_server_health_success", "The total number of successful health checks");
        _failures = registry.Counter("etcd_server_health_failures", "The total number of failed health checks");
        var healthy = registry.Family("etcd_server_healthcheck", MetricType.Gauge, "The result of each kind of healthcheck.");
        var totals = registry.Family("etcd_server_healthchecks_total", MetricType.Counter, "The total number of each kind of healthcheck.");
        _checks = s_checks.ToFrozenDictionary(check => check, check => (
            healthy.Add(new SwitchGauge(PrometheusText.Labels(("type", check.Type), ("name", check.Name)))),
            totals.Add(new Counter(PrometheusText.Labels(("type", check.Type), ("name", check.Name), ("status", "success")))),
            totals.Add(new Counter(PrometheusText.Labels(("type", check.Type), ("name", check.Name), ("status", "error"))))));
    }

    /// <summary>/health answered.</summary>
    public void Answered(bool healthy) => (healthy ? _success : _failures).Increment();

    /// <summary>One check of /livez or /readyz ended; <paramref name="type"/> is "livez" or "readyz".</summary>
    public void Checked(string type, string name, bool success)
    {
        if (_checks.TryGetValue((type, name), out var check))
        {
            check.Healthy.Set(success ? 1 : 0);
            (success ? check.Success : check.Error).Increment();
        }
    }
}
