namespace EtcdEdge.Storage;

/// <summary>How a file is opened.</summary>
public enum DiskOpen
{
    /// <summary>It must exist; only read.</summary>
    Read,

    /// <summary>It must exist; read and written.</summary>
    ReadWrite,

    /// <summary>
    /// It must exist; read and written past the kernel's cache where the filesystem can, so that the device is given what is written and not the
    /// whole 4 KiB around it. <see cref="IDiskFile.Unit"/> says whether.
    /// </summary>
    Direct,

    /// <summary>It must not exist; made with mode 0600.</summary>
    Create,
}
