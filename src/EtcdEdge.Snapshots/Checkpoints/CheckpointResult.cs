using EtcdEdge.Storage.Checkpoint;

namespace EtcdEdge.Snapshots.Checkpoints;

/// <summary>A checkpoint that became durable.</summary>
/// <param name="AppliedIndex">The last entry it holds.</param>
/// <param name="IsWhole">It was written as a file of its own, not as a change of one.</param>
/// <param name="Records">Records written.</param>
public sealed record CheckpointResult(ulong AppliedIndex, bool IsWhole, long Records)
{
    /// <summary>Why the file it replaced could not be changed; null when it could, or needed not.</summary>
    public CheckpointException? Replaced { get; init; }
}
