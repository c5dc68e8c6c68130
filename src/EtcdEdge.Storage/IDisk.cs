namespace EtcdEdge.Storage;

/// <summary>
/// The one seam to the filesystem: <see cref="FileDisk"/> is the real one, the tests' simulated disk the other. Every member throws
/// <see cref="DiskException"/> when the system refuses. A directory's entries (create, rename, delete) are durable only after
/// <see cref="SyncDirectory"/>, a file's bytes only after <see cref="IDiskFile.SyncData"/>.
/// </summary>
public interface IDisk
{
    /// <summary>Opens or creates a file.</summary>
    IDiskFile Open(string path, DiskOpen mode);

    /// <summary>The entry at <paramref name="path"/>, or null when there is none.</summary>
    DiskEntry? Stat(string path);

    /// <summary>The names (not paths) in a directory, sorted by ordinal.</summary>
    IReadOnlyList<string> List(string directory);

    /// <summary>Makes one directory with mode 0700; its parent must exist.</summary>
    void CreateDirectory(string path);

    /// <summary>Renames within one filesystem; replaces what stood at <paramref name="to"/>.</summary>
    void Rename(string from, string to);

    /// <summary>Removes a file.</summary>
    void Delete(string path);

    /// <summary>Makes the directory's entries durable.</summary>
    void SyncDirectory(string path);

    /// <summary>Takes an exclusive advisory lock on a file, made if need be; <see cref="DiskFault.Busy"/> when another process has it.</summary>
    IDisposable Lock(string path);

    /// <summary>Bytes an unprivileged process may still allocate on the filesystem of <paramref name="path"/>.</summary>
    long FreeSpace(string path);
}
