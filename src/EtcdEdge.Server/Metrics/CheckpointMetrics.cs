namespace EtcdEdge.Server.Metrics;

/// <summary>What is counted of checkpoints.</summary>
internal sealed class CheckpointMetrics(MetricRegistry registry)
{
    private readonly Counter _written = registry.Counter("etcdedge_checkpoints_total", "Checkpoints that became durable.");

    private readonly Counter _failed = registry.Counter("etcdedge_checkpoint_failures_total",
        "Checkpoints that could not be written; the log goes on without.");

    private readonly Counter _damaged = registry.Counter("etcdedge_checkpoint_damaged_total",
        "Checkpoint files found damaged, and replaced or set aside.");

    /// <summary>One became durable.</summary>
    public void Written() => _written.Increment();

    /// <summary>One could not be written; it is tried again.</summary>
    public void Failed() => _failed.Increment();

    /// <summary>A file was damaged.</summary>
    public void WasDamaged() => _damaged.Increment();
}
