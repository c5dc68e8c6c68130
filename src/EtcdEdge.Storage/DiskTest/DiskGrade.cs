namespace EtcdEdge.Storage.DiskTest;

/// <summary>What a disk is good for.</summary>
public enum DiskGrade
{
    /// <summary>Too little was measured.</summary>
    Unknown,

    /// <summary>Not noticeable.</summary>
    Good,

    /// <summary>Usable with longer timeouts.</summary>
    Usable,

    /// <summary>Not for a master.</summary>
    Unfit,
}
