namespace EtcdEdge.Raft.Model;

/// <summary>The kinds of messages between members. The numbers are wire format: never reuse one.</summary>
public enum MessageType : byte
{
    /// <summary>Leader to follower: entries after (Index, LogTerm), and the leader's commit index (AppendEntries, Raft §5.3).</summary>
    Append = 1,

    /// <summary>Follower to leader: its log matches up to Index and is durable, or a rejection with a hint.</summary>
    AppendResponse = 2,

    /// <summary>Candidate to voter: vote for me in Term (RequestVote, Raft §5.2).</summary>
    Vote = 3,

    /// <summary>Voter to candidate.</summary>
    VoteResponse = 4,

    /// <summary>Pre-candidate to voter: would you vote for me in Term? (thesis §9.6)</summary>
    PreVote = 5,

    /// <summary>Voter to pre-candidate.</summary>
    PreVoteResponse = 6,

    /// <summary>Leader to member: asserts leadership and carries the commit index; Context numbers the round, 0 requests no answer.</summary>
    Heartbeat = 7,

    /// <summary>Member to leader: echoes Context.</summary>
    HeartbeatResponse = 8,

    /// <summary>
    /// Leader to follower: the log no longer reaches back, install Snapshot. The core emits it as an intent; the caller sends the data with it.
    /// </summary>
    Snapshot = 9,

    /// <summary>Leader to the member it hands over to: campaign now (thesis §3.10).</summary>
    TimeoutNow = 10,

    /// <summary>Follower to leader: from which index on may I answer the reads named by Context? Carries no term.</summary>
    ReadIndex = 11,

    /// <summary>Leader to follower: from Index on. Carries no term.</summary>
    ReadIndexResponse = 12,
}
