using EtcdEdge.Api;

namespace EtcdEdge.Server.Node;

/// <summary>The replicated facts about the cluster itself, as of the newest applied entry. Immutable: the lists and their messages are never changed.</summary>
public sealed record ClusterView
{
    /// <summary>All members, ordered by id.</summary>
    public IReadOnlyList<Member> Members { get; init; } = [];

    /// <summary>Raised alarms.</summary>
    public IReadOnlyList<AlarmMember> Alarms { get; init; } = [];

    /// <summary>The cluster version, such as "3.6.0"; null until the leader has set it.</summary>
    public string? Version { get; init; }
}
