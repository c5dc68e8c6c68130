namespace EtcdEdge.Storage;

/// <summary>How a file is opened.</summary>
public enum DiskOpen
{
    /// <summary>It must exist; only read.</summary>
    Read,

    /// <summary>It must exist; read and written.</summary>
    ReadWrite,

    /// <summary>It must not exist; made with mode 0600.</summary>
    Create,
}
