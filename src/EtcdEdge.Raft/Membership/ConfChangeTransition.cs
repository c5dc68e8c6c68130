namespace EtcdEdge.Raft.Membership;

/// <summary>Whether a change goes through a joint configuration, and how that is left. The numbers are log format.</summary>
public enum ConfChangeTransition : byte
{
    /// <summary>One change at once, more through a joint configuration that is left automatically.</summary>
    Auto = 0,

    /// <summary>Always joint, left automatically.</summary>
    JointImplicit = 1,

    /// <summary>Always joint, left by an empty change that the operator proposes.</summary>
    JointExplicit = 2,
}
