namespace EtcdEdge.Snapshots.EtcdFormat;

/// <summary>The limits of EtcdFormat, each with its reason.</summary>
public static class EtcdFormatLimits
{
    /// <summary>Bytes of a snapshot in one response: etcd's (api/v3rpc/maintenance.go); a multiple of the image's pages.</summary>
    public const int BackupChunkBytes = 32 * 1024;

    /// <summary>
    /// etcd's log contains requests, which are limited to 100 MiB by flag; a damaged length must not make the reader allocate all memory.
    /// </summary>
    public const long EtcdRecordBytesMax = 256L * 1024 * 1024;

    /// <summary>Records removed in one step of the compaction that ends a restore.</summary>
    public const int RestoreCompactionBatch = 100_000;
}
