namespace EtcdEdge.Server.Metrics;

/// <summary>What has been written since start, and what stands on the disk now. Sizes are bytes.</summary>
internal readonly record struct WearReadings(
    long LogBytes, long LogFlushes, long CheckpointBytes, long CheckpointFlushes, long LogFileBytes, long FreeBytes);
