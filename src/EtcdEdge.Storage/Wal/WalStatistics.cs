namespace EtcdEdge.Storage.Wal;

/// <summary>What the log has done since it was opened.</summary>
/// <param name="Groups">Group commits.</param>
/// <param name="Entries">Entries in them.</param>
/// <param name="GroupBytes">Bytes of their pages: by how much the log has grown.</param>
/// <param name="BytesWritten">All bytes handed to the kernel: groups with their padding, headers, zero-filling.</param>
/// <param name="Syncs">Calls of fdatasync and directory fsync.</param>
/// <param name="SegmentsStarted">Segments taken into use.</param>
/// <param name="SegmentsRecycled">Released segments kept as spares.</param>
public readonly record struct WalStatistics(
    long Groups, long Entries, long GroupBytes, long BytesWritten, long Syncs, long SegmentsStarted, long SegmentsRecycled);
