namespace EtcdEdge.Storage;

/// <summary>The file system's attributes of a path.</summary>
/// <param name="IsDirectory">Whether it is a directory.</param>
/// <param name="Length">Bytes, for a file.</param>
/// <param name="Mode">The nine permission bits, as in 0700.</param>
/// <param name="OwnedByUs">Whether its owner is the user this process runs as.</param>
public readonly record struct DiskEntry(bool IsDirectory, long Length, int Mode, bool OwnedByUs);
