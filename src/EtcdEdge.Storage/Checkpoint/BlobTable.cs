namespace EtcdEdge.Storage.Checkpoint;

/// <summary>The kinds of blob a checkpoint holds. The names are the file's format.</summary>
internal enum BlobTable
{
    /// <summary>The state beside its records.</summary>
    Meta,

    /// <summary>Packed records.</summary>
    Segment,

    /// <summary>Which records of a segment no longer count.</summary>
    Hole,
}
