namespace EtcdEdge.Server;

internal static partial class Limits
{
    /// <summary>Bytes of a snapshot in one response: etcd's (api/v3rpc/maintenance.go); a multiple of the image's pages.</summary>
    public const int BackupChunkBytes = 32 * 1024;

    /// <summary>etcd's log holds requests, which end at 100 MiB by flag; a damaged length must not make the reader ask for all memory.</summary>
    public const long EtcdRecordBytesMax = 256L * 1024 * 1024;

    /// <summary>Bytes of entries that an import flushes at once: enough that the flushes do not count, little beside a board's memory.</summary>
    public const int ImportGroupBytes = 4 << 20;

    /// <summary>Records looked at in one step of the compaction that ends a restore; nobody waits meanwhile.</summary>
    public const int RestoreCompactionBatch = 100_000;
}
