namespace EtcdEdge.Storage;

/// <summary>How a file is opened.</summary>
public enum DiskOpen
{
    /// <summary>It must exist; only read.</summary>
    Read,

    /// <summary>It must exist; read and written.</summary>
    ReadWrite,

    /// <summary>
    /// It must exist; read and written with O_DIRECT where the file system supports it, so that the device receives what is written and not the whole
    /// 4 KiB around it. <see cref="IDiskFile.Unit"/> shows whether it does.
    /// </summary>
    Direct,

    /// <summary>It must not exist; made with mode 0600.</summary>
    Create,
}
