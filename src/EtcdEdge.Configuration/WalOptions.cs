namespace EtcdEdge.Configuration;

/// <summary>The layout of the log on the disk. EtcdEdge's own flags; etcd has no equivalent.</summary>
public sealed record WalOptions
{
    /// <summary>Bytes of one segment file.</summary>
    public int SegmentBytes { get; init; } = ConfigurationLimits.DefaultWalSegmentBytes;

    /// <summary>Bytes of one page: a group commit starts on a fresh one.</summary>
    public int PageBytes { get; init; } = ConfigurationLimits.DefaultWalPageBytes;

    /// <summary>A single member whose log is damaged truncates it there and starts, losing what followed.</summary>
    public bool AcceptLoss { get; init; }
}
