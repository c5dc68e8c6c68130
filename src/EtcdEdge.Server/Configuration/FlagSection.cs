namespace EtcdEdge.Server.Configuration;

/// <summary>A heading of --help, in the order they are printed.</summary>
internal enum FlagSection
{
    Member,
    Clustering,
    Security,
    Auth,
    Monitoring,
    Logging,
    Tracing,
    Features,
    EtcdEdge,
    Unsafe,
    Legacy,
}
