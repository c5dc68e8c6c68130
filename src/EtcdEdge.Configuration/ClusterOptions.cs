namespace EtcdEdge.Configuration;

/// <summary>
/// This member's identity in the cluster, and how the cluster is founded. The initial-* values matter only while the data directory is empty.
/// </summary>
public sealed record ClusterOptions
{
    public IReadOnlyList<ListenUrl> AdvertisePeerUrls { get; init; } = [new("http", "localhost", 2380)];

    public IReadOnlyList<ListenUrl> AdvertiseClientUrls { get; init; } = [new("http", "localhost", 2379)];

    /// <summary>The members the cluster starts with, sorted by name; a name may have several URLs.</summary>
    public IReadOnlyList<InitialMember> InitialMembers { get; init; } = [new("default", [new("http", "localhost", 2380)])];

    public string InitialClusterToken { get; init; } = "etcd-cluster";

    public InitialClusterState InitialClusterState { get; init; }

    /// <summary>Refuse membership changes that would lose the quorum.</summary>
    public bool StrictReconfigCheck { get; init; } = true;

    /// <summary>Make a cluster of this member alone out of its data.</summary>
    public bool ForceNewCluster { get; init; }

    public int MaxLearners { get; init; } = 1;
}
