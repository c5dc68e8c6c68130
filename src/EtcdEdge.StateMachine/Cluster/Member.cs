using System.Collections.Immutable;

namespace EtcdEdge.StateMachine.Cluster;

/// <summary>A member of the cluster as the log knows it. Name and client URLs are empty until the member has started and said so.</summary>
public sealed record Member
{
    public required ulong Id { get; init; }

    public string Name { get; init; } = "";

    public ImmutableArray<string> PeerUrls { get; init; } = [];

    public ImmutableArray<string> ClientUrls { get; init; } = [];

    /// <summary>A learner gets the log and has no vote.</summary>
    public bool IsLearner { get; init; }
}
