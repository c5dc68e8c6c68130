namespace EtcdEdge.Storage.DiskTest;

/// <summary>What a disk is good for.</summary>
public enum DiskGrade
{
    /// <summary>Too little was measured.</summary>
    Unknown,

    /// <summary>Nobody will notice it.</summary>
    Good,

    /// <summary>It will do, with patience in the timeouts.</summary>
    Usable,

    /// <summary>Not for a master.</summary>
    Unfit,
}
