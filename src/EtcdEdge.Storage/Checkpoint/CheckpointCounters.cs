namespace EtcdEdge.Storage.Checkpoint;

/// <summary>What checkpoints have cost the card; written by the checkpoint's thread, read by any.</summary>
internal sealed class CheckpointCounters
{
    private long _written;
    private long _syncs;

    public CheckpointStatistics Snapshot => new(Interlocked.Read(ref _written), Interlocked.Read(ref _syncs));

    public void AddWritten(long bytes) => Interlocked.Add(ref _written, bytes);

    public void AddSync() => Interlocked.Increment(ref _syncs);
}
