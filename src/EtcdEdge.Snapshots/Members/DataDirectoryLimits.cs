namespace EtcdEdge.Snapshots.Members;

/// <summary>The limits of Members, each with its reason.</summary>
public static class DataDirectoryLimits
{
    /// <summary>Bytes of entries that an import flushes at once: enough that the flushes do not count, little beside a board's memory.</summary>
    public const int ImportGroupBytes = 4 << 20;
}
