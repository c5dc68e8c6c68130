using EtcdEdge.Raft.Membership;
using EtcdEdge.Raft.Model;

namespace EtcdEdge.Raft;

/// <summary>A picture of a member for metrics, status calls and the rule that a learner is promoted only when it is in sync.</summary>
public sealed record Status
{
    /// <summary>This member.</summary>
    public required ulong Id { get; init; }

    /// <summary>Term, vote and commit index.</summary>
    public required HardState HardState { get; init; }

    /// <summary>Leader, role and term.</summary>
    public required SoftState SoftState { get; init; }

    /// <summary>The highest index reported as applied.</summary>
    public required ulong Applied { get; init; }

    /// <summary>The highest index durable on this member.</summary>
    public required ulong Flushed { get; init; }

    /// <summary>The oldest entry in memory.</summary>
    public required ulong FirstIndex { get; init; }

    /// <summary>The newest entry.</summary>
    public required ulong LastIndex { get; init; }

    /// <summary>The membership in force.</summary>
    public required ConfState ConfState { get; init; }

    /// <summary>The target of a leadership transfer; 0 is none.</summary>
    public ulong Transferee { get; init; }

    /// <summary>Whether a membership change is in the log and not yet applied (known to the leader only).</summary>
    public bool ConfChangePending { get; init; }

    /// <summary>Each member's progress, sorted by ID; empty unless this member leads.</summary>
    public IReadOnlyList<PeerStatus> Peers { get; init; } = [];

    /// <summary>Whether the membership is joint.</summary>
    public bool IsJoint => ConfState.IsJoint;
}
