namespace EtcdEdge.Configuration;

/// <summary>Limits of a client's requests.</summary>
public sealed record RequestOptions
{
    /// <summary>Largest request in bytes; gRPC's receive limit is this and 512 KiB for overhead.</summary>
    public int MaxRequestBytes { get; init; } = 1_572_864;

    /// <summary>Operations allowed in one transaction.</summary>
    public int MaxTxnOps { get; init; } = 128;

    /// <summary>HTTP/2 streams one connection may have open.</summary>
    public uint MaxConcurrentStreams { get; init; } = uint.MaxValue;

    /// <summary>Bytes of store beyond which NOSPACE is raised; 0 is "no quota". The default is already worked out here.</summary>
    public long QuotaBackendBytes { get; init; } = ConfigurationLimits.DefaultQuotaBytes;
}
