using System.Collections.Immutable;

namespace EtcdEdge.StateMachine.Cluster;

/// <summary>The cluster at one moment. Immutable.</summary>
public sealed record ClusterView
{
    /// <summary>In order of id.</summary>
    public ImmutableArray<Member> Members { get; init; } = [];

    /// <summary>Removed ids: they may never return, because their log may be of another history. In order.</summary>
    public ImmutableArray<ulong> Removed { get; init; } = [];

    /// <summary>The version that all members support, as "3.6.0"; empty until the leader has set it.</summary>
    public string Version { get; init; } = "";

    /// <summary>The version a downgrade under way leads to; empty when there is none.</summary>
    public string DowngradeTarget { get; init; } = "";

    public Member? Find(ulong id)
    {
        foreach (var member in Members)
        {
            if (member.Id == id)
            {
                return member;
            }
        }

        return null;
    }
}
