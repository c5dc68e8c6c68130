namespace EtcdEdge.Storage;

/// <summary>The kinds of failure that callers distinguish; everything else is <see cref="Other"/>.</summary>
public enum DiskFault
{
    Other = 0,
    NotFound,
    Exists,
    Denied,
    ReadOnly,
    Full,

    /// <summary>The medium could not read or write: a bad sector, a failing disk, a loose cable.</summary>
    Medium,

    /// <summary>Somebody else holds the lock.</summary>
    Busy,
}
