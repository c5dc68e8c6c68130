namespace EtcdEdge.Peers;

/// <summary>Calls between members outside of Raft. Wire format: never reuse a number.</summary>
public enum PeerCallKind : byte
{
    /// <summary>An entry's bytes for the leader's log. Never answered: the follower sees the outcome when it applies, or times out.</summary>
    Propose = 1,

    /// <summary>Lease keepalive at the leader.</summary>
    LeaseRenew = 2,

    /// <summary>Remaining time of a lease, which only the leader has.</summary>
    LeaseTimeToLive = 3,

    /// <summary>Hash of the store at a revision, for corruption checks.</summary>
    HashKv = 4,

    /// <summary>A change of the members, which only the leader can judge.</summary>
    ChangeMembers = 5,

    /// <summary>
    /// A member that lost its state requests this one's, if that reaches up to an entry (8 bytes). The answer is the index where it ends (8 bytes);
    /// the state itself is sent as a snapshot, to the URL in the membership.
    /// </summary>
    SendState = 6,
}
