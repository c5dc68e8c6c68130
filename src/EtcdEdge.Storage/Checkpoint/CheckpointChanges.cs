namespace EtcdEdge.Storage.Checkpoint;

/// <summary>
/// What a checkpoint changes in a file. Storage does not look into the blobs; ids are the caller's, not negative, and segments come back in their
/// ascending order. The sequences are walked once, while earlier parts are being written.
/// </summary>
public sealed record CheckpointChanges
{
    /// <summary>The state beside its records; replaces the former.</summary>
    public required byte[] Meta { get; init; }

    /// <summary>Segments that are new, or replace one with the same id.</summary>
    public IEnumerable<(long Id, byte[] Bytes)> Segments { get; init; } = [];

    /// <summary>Segments that go, ids that the file has.</summary>
    public IReadOnlyCollection<long> RemovedSegments { get; init; } = [];

    /// <summary>What is known of segments whose records no longer all count; an empty blob removes it.</summary>
    public IReadOnlyCollection<(long Id, byte[] Bytes)> Holes { get; init; } = [];
}
