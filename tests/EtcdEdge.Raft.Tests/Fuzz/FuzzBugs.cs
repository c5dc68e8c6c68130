namespace EtcdEdge.Raft.Tests.Fuzz;

/// <summary>Deliberate bugs of the caller, beside those of the core: a disk or an operator that breaks the contract.</summary>
[Flags]
internal enum FuzzBugs
{
    None = 0,

    /// <summary>A restarted member has its term and no vote.</summary>
    ForgetVoteAtCrash = 1,

    /// <summary>A flush is reported and the write is still lost by a crash.</summary>
    DiskLies = 2,
}
