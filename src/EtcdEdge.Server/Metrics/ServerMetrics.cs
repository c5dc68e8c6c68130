using System.Collections.Concurrent;
using System.Collections.Frozen;
using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.Server.Metrics;

/// <summary>What is counted of proposals, reads and applying.</summary>
internal sealed class ServerMetrics
{
    private static readonly Buckets s_applies = Buckets.Doubling(0.0001, 20);

    private readonly Counter _heartbeatsFailed;
    private readonly Counter _slowApplies;
    private readonly Counter _learnersPromoted;
    private readonly ConcurrentDictionary<string, long> _learnersNotPromoted = new();
    private readonly FrozenDictionary<RequestKind, (Histogram Success, Histogram Failure)> _applies;
    private readonly Histogram _rangeSuccess;
    private readonly Histogram _rangeFailure;

    public ServerMetrics(MetricRegistry registry)
    {
        registry.ReadCounter("etcd_server_proposals_failed_total", "The total number of failed proposals seen.", at => at.Node.FailedProposals);
        _heartbeatsFailed = registry.Counter("etcd_server_heartbeat_send_failures_total",
            "The total number of leader heartbeat send failures (likely overloaded from slow disk).");
        _slowApplies = registry.Counter("etcd_server_slow_apply_total",
            "The total number of slow apply requests (likely overloaded from slow disk).");
        // A read here fails by waiting too long and in no other way, so that the slow ones are the failed ones.
        registry.ReadCounter("etcd_server_slow_read_indexes_total",
            "The total number of pending read indexes not in sync with leader's or timed out read index requests.", at => at.Node.FailedReads);
        registry.ReadCounter("etcd_server_read_indexes_failed_total", "The total number of failed read indexes seen.", at => at.Node.FailedReads);
        _learnersPromoted = registry.Counter("etcd_server_learner_promote_successes",
            "The total number of successful learner promotions while this member is leader.");
        registry.Family("etcd_server_learner_promote_failures", MetricType.Counter,
            "The total number of failed learner promotions (likely learner not ready) while this member is leader.")
            .Add(new DynamicGauge(_ => _learnersNotPromoted.Select(reason => (PrometheusText.Label("Reason", reason.Key), (double)reason.Value))));
        var applies = registry.Family("etcd_server_apply_duration_seconds", MetricType.Histogram,
            "The latency distributions of apply, by operation.");
        _applies = Enum.GetValues<RequestKind>().ToFrozenDictionary(kind => kind, kind => (Apply(applies, kind, true), Apply(applies, kind, false)));
        var ranges = registry.Family("etcd_server_range_duration_seconds", MetricType.Histogram, "The latency distributions of txn.Range");
        _rangeSuccess = ranges.Add(new Histogram(s_applies, PrometheusText.Label("success", "true"), hiddenWhileEmpty: true));
        _rangeFailure = ranges.Add(new Histogram(s_applies, PrometheusText.Label("success", "false"), hiddenWhileEmpty: true));
    }

    public void HeartbeatFailed() => _heartbeatsFailed.Increment();

    public void ApplyWasSlow() => _slowApplies.Increment();

    /// <summary>This leader made a learner a voter, or not; <paramref name="failure"/> is etcd's text of why not.</summary>
    public void PromotedLearner(string? failure)
    {
        if (failure is null)
        {
            _learnersPromoted.Increment();
        }
        else
        {
            _learnersNotPromoted.AddOrUpdate(failure, 1, (_, count) => count + 1);
        }
    }

    /// <summary>One request of the log was applied.</summary>
    public void Applied(RequestKind kind, bool success, TimeSpan duration)
    {
        if (_applies.TryGetValue(kind, out var histograms))
        {
            (success ? histograms.Success : histograms.Failure).Observe(duration);
        }
    }

    /// <summary>One range was read from the store, for any kind of request.</summary>
    public void Ranged(bool success, TimeSpan duration) => (success ? _rangeSuccess : _rangeFailure).Observe(duration);

    private static Histogram Apply(MetricFamily family, RequestKind kind, bool success) => family.Add(new Histogram(s_applies,
        PrometheusText.Labels(("version", "v3"), ("op", kind.ToString()), ("success", success ? "true" : "false")), hiddenWhileEmpty: true));
}
