namespace EtcdEdge.Snapshots.EtcdFormat;

/// <summary>The flags of <c>etcdutl snapshot restore</c>, as given.</summary>
public sealed record RestoreOptions
{
    public required string SnapshotPath { get; init; }

    public required string Name { get; init; }

    public required string DataDir { get; init; }

    /// <summary>The log's own directory; empty keeps it in the data directory.</summary>
    public string WalDir { get; init; } = "";

    public required string InitialCluster { get; init; }

    public required string InitialClusterToken { get; init; }

    public required string InitialAdvertisePeerUrls { get; init; }

    /// <summary>The file may lack its checksum: it was copied out of a data directory.</summary>
    public bool SkipHashCheck { get; init; }

    /// <summary>How much later than the snapshot the restored state is to look; with it everything up to there is compacted.</summary>
    public ulong RevisionBump { get; init; }
}
