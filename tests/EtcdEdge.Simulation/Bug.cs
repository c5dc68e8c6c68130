namespace EtcdEdge.Simulation;

/// <summary>
/// Deliberate bugs around the core, and names for those inside it (<see cref="Raft.InjectedBug"/>). A simulator that has never failed proves
/// nothing: each of these must be found within a bounded number of seeds.
/// </summary>
internal enum Bug
{
    None,

    /// <summary>The disk reports a group as durable and leaves it in the kernel's memory.</summary>
    AcknowledgeBeforeFlush,

    /// <summary>A restarted member does not remember whom it voted for.</summary>
    ForgetVote,

    /// <summary>Linearizable reads are served from the published root without asking anybody.</summary>
    ReadWithoutBarrier,

    /// <summary>A keepalive is answered by a member that takes itself for the leader, without asking the others.</summary>
    RenewWithoutBarrier,

    /// <summary>The leader's lease clock runs at twice the speed.</summary>
    FastLeases,

    /// <summary>A watch stream loses a response now and then.</summary>
    LoseEvents,

    /// <summary>A watch that resumes starts one revision too late.</summary>
    ResumeTooLate,

    /// <summary>A member writes a key that is not in the log.</summary>
    Diverge,

    /// <summary>A request whose waiter timed out is proposed again by the server itself.</summary>
    ProposeTwice,

    /// <summary>The log is let go behind a checkpoint that is not written yet.</summary>
    ReleaseTooEarly,

    /// <summary>Nobody waits for room in the log.</summary>
    LogWithoutBound,

    /// <summary>A checkpoint names the members that the cluster began with.</summary>
    ForgetMembership,

    /// <summary>A state is damaged on its way, and neither checksum nor hash is looked at.</summary>
    SnapshotWithoutHash,

    /// <summary>A state that has come is made the newest checkpoint once more, when there is a newer one.</summary>
    SnapshotOverNewer,

    /// <summary>A new leader takes leases as if it had led for a while already, instead of beginning their time anew.</summary>
    LeasesGoOn,

    CountSelfBeforeFlush,
    ReadWithoutQuorum,
    CommitEarlierTerms,
    VoteForStaleLogs,
    AnswerBeforeFlush,
    ChangeBeforeCommit,
    ManyChangesAtOnce,
}
