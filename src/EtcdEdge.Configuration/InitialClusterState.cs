namespace EtcdEdge.Configuration;

/// <summary>Whether an empty data directory starts a cluster or joins one.</summary>
public enum InitialClusterState
{
    New,
    Existing,
}
