namespace EtcdEdge.Server.Metrics;

/// <summary>Bytes written since the start, and bytes on the disk now.</summary>
internal readonly record struct WearReadings(
    long LogBytes, long LogFlushes, long CheckpointBytes, long CheckpointFlushes, long LogFileBytes, long FreeBytes);
