namespace EtcdEdge.Configuration;

/// <summary>The log's shape on the card. EtcdEdge's own flags; etcd has no equivalent.</summary>
public sealed record WalOptions
{
    /// <summary>Bytes of one segment file.</summary>
    public int SegmentBytes { get; init; } = ConfigurationLimits.DefaultWalSegmentBytes;

    /// <summary>Bytes of one page: a group commit starts on a fresh one.</summary>
    public int PageBytes { get; init; } = ConfigurationLimits.DefaultWalPageBytes;

    /// <summary>A single member whose log is damaged cuts it there and starts, giving up what stood behind.</summary>
    public bool AcceptLoss { get; init; }
}
