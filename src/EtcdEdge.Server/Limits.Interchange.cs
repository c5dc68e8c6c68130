namespace EtcdEdge.Server;

internal static partial class Limits
{
    /// <summary>Bytes of a snapshot in one response: etcd's (api/v3rpc/maintenance.go); a multiple of the image's pages.</summary>
    public const int BackupChunkBytes = 32 * 1024;
}
