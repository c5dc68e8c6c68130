namespace EtcdEdge.Configuration;

/// <summary>A heading of --help, in the order they are printed.</summary>
public enum FlagSection
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
