namespace EtcdEdge.Server.Peers;

/// <summary>What one member asks another outside Raft. Wire format: never reuse a number.</summary>
internal enum PeerCallKind : byte
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
}
