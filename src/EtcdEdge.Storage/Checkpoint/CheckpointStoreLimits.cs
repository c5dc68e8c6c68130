namespace EtcdEdge.Storage.Checkpoint;

/// <summary>The limits of Checkpoint, each with its reason.</summary>
public static class CheckpointStoreLimits
{
    /// <summary>
    /// Bytes of blobs that one transaction of a checkpoint writes: LiteDB keeps its pages in memory and the journal holds them once more, so that
    /// this bounds both to about 16 MiB. A change that fits is atomic.
    /// </summary>
    public const int CheckpointBatchBytes = 4 << 20;

    /// <summary>Checkpoints that may be written while a leader's snapshot waits to be installed: more than the lifetime of a disk allows.</summary>
    public const long CheckpointGenerationsAhead = 1 << 20;

    /// <summary>Documents that one query of a checkpoint's reading takes: about 4 MiB of packed segments.</summary>
    public const int CheckpointScanDocuments = 64;

    /// <summary>A larger blob goes into several documents: LiteDB's largest is 16 MiB, and a request may have 64 MiB.</summary>
    public const int CheckpointPartBytes = 1 << 20;

    /// <summary>Pages written by one call where they are neighbours; a multiple of the page.</summary>
    public const int CheckpointWriteRun = 256 * 1024;
}
