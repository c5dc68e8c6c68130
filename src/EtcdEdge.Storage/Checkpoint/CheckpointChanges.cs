namespace EtcdEdge.Storage.Checkpoint;

/// <summary>
/// The changes of a checkpoint to a file. Storage does not interpret the blobs; ids are the caller's, not negative, and segments are returned in
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

    /// <summary>Segments of which not all records are live any more; an empty blob removes the entry.</summary>
    public IReadOnlyCollection<(long Id, byte[] Bytes)> Holes { get; init; } = [];
}
