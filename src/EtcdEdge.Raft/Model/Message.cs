namespace EtcdEdge.Raft.Model;

/// <summary>One message between two members. Immutable; which fields count depends on <see cref="Type"/>.</summary>
public sealed record Message
{
    /// <summary>The kind of message.</summary>
    public required MessageType Type { get; init; }

    /// <summary>The sender.</summary>
    public required ulong From { get; init; }

    /// <summary>The receiver.</summary>
    public required ulong To { get; init; }

    /// <summary>The sender's term; a vote's term for (pre-)votes; 0 for the messages about reads.</summary>
    public ulong Term { get; init; }

    /// <summary>
    /// Append: index before the entries. Append response: what is answered. Vote: the candidate's last index. Read: the read index.
    /// </summary>
    public ulong Index { get; init; }

    /// <summary>The term of the entry at <see cref="Index"/>; in a rejected append response the term at <see cref="RejectHint"/>.</summary>
    public ulong LogTerm { get; init; }

    /// <summary>Append: entries from <see cref="Index"/> + 1 on. Shared between messages and never written to.</summary>
    public ReadOnlyMemory<Entry> Entries { get; init; }

    /// <summary>
    /// Append and heartbeat: the leader's commit index, as far as it concerns the receiver. (Pre-)votes and their answers: the sender's.
    /// </summary>
    public ulong Commit { get; init; }

    /// <summary>(Pre-)votes and their answers: the term of the entry at <see cref="Commit"/>.</summary>
    public ulong CommitTerm { get; init; }

    /// <summary>Whether a response rejects the request.</summary>
    public bool Reject { get; init; }

    /// <summary>Rejected append: the highest index at which the follower's log may still match.</summary>
    public ulong RejectHint { get; init; }

    /// <summary>Heartbeats: the round. Reads: the requester's number for them.</summary>
    public ulong Context { get; init; }

    /// <summary>Vote: the leader requested this election, so the lease of check-quorum does not prevent it.</summary>
    public bool Force { get; init; }

    /// <summary>Snapshot: what to install.</summary>
    public SnapshotMetadata? Snapshot { get; init; }
}
