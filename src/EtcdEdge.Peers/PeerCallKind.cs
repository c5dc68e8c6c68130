namespace EtcdEdge.Peers;

/// <summary>What one member asks another outside Raft. Wire format: never reuse a number.</summary>
public enum PeerCallKind : byte
{
    /// <summary>An entry's bytes for the leader's log. Never answered: the follower sees the outcome when it applies, or times out.</summary>
    Propose = 1,

    /// <summary>Lease keepalive at the leader.</summary>
    LeaseRenew = 2,

    /// <summary>Remaining time of a lease, which only the leader knows.</summary>
    LeaseTimeToLive = 3,

    /// <summary>Hash of the store at a revision, for corruption checks.</summary>
    HashKv = 4,

    /// <summary>A change of the members, which only the leader can judge.</summary>
    ChangeMembers = 5,

    /// <summary>
    /// A member that lost its state asks for this one's, if that reaches up to an entry (8 bytes). The answer is where it ends (8 bytes); the state
    /// itself comes as a snapshot does, to the URL that the cluster knows.
    /// </summary>
    SendState = 6,
}
