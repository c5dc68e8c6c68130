using System.Diagnostics;

namespace EtcdEdge.Storage.Checkpoint;

/// <summary>Bytes and flushes of checkpoints; written by the checkpoint's thread, read by any.</summary>
internal sealed class CheckpointCounters
{
    private long _written;
    private long _syncs;

    /// <summary>Told how long each flush of a file took.</summary>
    public Action<TimeSpan>? Flushed { get; set; }

    public CheckpointStatistics Snapshot => new(Interlocked.Read(ref _written), Interlocked.Read(ref _syncs));

    public void AddWritten(long bytes) => Interlocked.Add(ref _written, bytes);

    /// <summary>Flushes the file, and counts it.</summary>
    public void Flush(IDiskFile file)
    {
        var started = Stopwatch.GetTimestamp();
        file.SyncData();
        Flushed?.Invoke(Stopwatch.GetElapsedTime(started));
        AddSync();
    }

    public void AddSync() => Interlocked.Increment(ref _syncs);
}
