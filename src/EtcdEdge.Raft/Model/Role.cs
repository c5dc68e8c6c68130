namespace EtcdEdge.Raft.Model;

/// <summary>A member's role (Raft §5.1, and the pre-candidate of thesis §9.6).</summary>
public enum Role : byte
{
    /// <summary>Follows a leader, or waits for one. Learners stay here.</summary>
    Follower = 0,

    /// <summary>Asks whether it could win before it raises its term.</summary>
    PreCandidate = 1,

    /// <summary>Asks for votes in its own term.</summary>
    Candidate = 2,

    /// <summary>Decides the order of the log in its term.</summary>
    Leader = 3,
}
