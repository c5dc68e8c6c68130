namespace EtcdEdge.Storage.Checkpoint;

/// <summary>Bytes and flushes of checkpoints since the store was opened.</summary>
/// <param name="BytesWritten">All bytes handed to the kernel, the journal's included.</param>
/// <param name="Syncs">Calls of fdatasync and directory fsync.</param>
public readonly record struct CheckpointStatistics(long BytesWritten, long Syncs);
