using System.Collections.Immutable;
using EtcdEdge.Api.Membership;

namespace EtcdEdge.StateMachine.Cluster;

/// <summary>A member of the cluster. Name and client URLs are empty until the member has started and published them.</summary>
public sealed record Member
{
    public required ulong Id { get; init; }

    public string Name { get; init; } = "";

    public ImmutableArray<string> PeerUrls { get; init; } = [];

    public ImmutableArray<string> ClientUrls { get; init; } = [];

    /// <summary>A learner gets the log and has no vote.</summary>
    public bool IsLearner { get; init; }

    /// <summary>As the log and a state's header carry it.</summary>
    internal Api.Membership.Member ToMessage() => new()
    {
        ID = Id,
        RaftAttributes = new RaftAttributes { IsLearner = IsLearner, PeerUrls = { PeerUrls } },
        MemberAttributes = new Attributes { Name = Name, ClientUrls = { ClientUrls } },
    };

    internal static Member Of(Api.Membership.Member message) => new()
    {
        Id = message.ID,
        Name = message.MemberAttributes?.Name ?? "",
        PeerUrls = message.RaftAttributes is { } raft ? [.. raft.PeerUrls] : [],
        ClientUrls = message.MemberAttributes is { } attributes ? [.. attributes.ClientUrls] : [],
        IsLearner = message.RaftAttributes?.IsLearner ?? false,
    };
}
