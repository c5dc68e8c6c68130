namespace EtcdEdge.Raft.Model;

/// <summary>
/// Deliberate bugs, reachable only from the test assemblies. A checker that has never failed proves nothing: each of these must be found
/// by the fuzzers within a bounded number of seeds.
/// </summary>
[Flags]
internal enum InjectedBug
{
    /// <summary>No bug: the only value outside of tests.</summary>
    None = 0,

    /// <summary>The leader counts its own log for commit before it is flushed.</summary>
    CountSelfBeforeFlush = 1,

    /// <summary>The leader answers reads without asking a quorum.</summary>
    ReadWithoutQuorum = 2,

    /// <summary>The leader commits entries of earlier terms by counting replicas (Raft figure 8).</summary>
    CommitEarlierTerms = 4,

    /// <summary>Votes are granted without comparing logs (Raft §5.4.1).</summary>
    VoteForStaleLogs = 8,

    /// <summary>Acknowledgements and votes leave before the flush they depend on.</summary>
    AnswerBeforeFlush = 16,

    /// <summary>Only the incoming half of a joint configuration decides (thesis §4.3 needs both).</summary>
    IgnoreOutgoingVoters = 32,

    /// <summary>A membership change counts for the leader as soon as it has proposed it.</summary>
    ChangeBeforeCommit = 64,

    /// <summary>A membership change is proposed while another is under way (thesis §4.1).</summary>
    ManyChangesAtOnce = 128,
}
