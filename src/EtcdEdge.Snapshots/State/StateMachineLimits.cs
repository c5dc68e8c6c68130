namespace EtcdEdge.Snapshots.State;

/// <summary>The limits of State, each with its reason.</summary>
public static class StateMachineLimits
{
    /// <summary>How often a lease's remaining time is put through the log when the LeaseCheckpoint gate is on (etcd: 5 minutes).</summary>
    public const long LeaseCheckpointIntervalMs = 300_000;
}
