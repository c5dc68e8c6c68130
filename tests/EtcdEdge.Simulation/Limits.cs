using EtcdEdge.Simulation.World;

namespace EtcdEdge.Simulation;

/// <summary>Every bound of the simulator, with its reason.</summary>
internal static class Limits
{
    /// <summary>Faults and load go on for this long: a few elections, each with its consequences, fit in.</summary>
    public const long TroubleUsMin = 8 * VirtualTime.Second;

    /// <inheritdoc cref="TroubleUsMin"/>
    public const long TroubleUsMax = 25 * VirtualTime.Second;

    /// <summary>
    /// After everything is healed, every member answers within this time: up to 2 s of start, 2 s until the first campaign, and three split votes.
    /// </summary>
    public const long HealedUs = 10 * VirtualTime.Second;

    /// <summary>A flush then, on average: a member that came late, and gets entry by entry, is level within <see cref="HealedUs"/>.</summary>
    public const long HealedFlushUs = 3 * VirtualTime.Ms;

    /// <summary>Three crossings of a slow network and two slow flushes, several times over.</summary>
    public const long ProbeUs = 3 * VirtualTime.Second;

    /// <summary>Then the leases end (TTL, one election timeout, a repeated revocation) and watchers catch up.</summary>
    public const long SettleUs = 14 * VirtualTime.Second;

    /// <summary>The longest TTL of a lease, so that <see cref="SettleUs"/> sees its end.</summary>
    public const int LeaseTtlSecondsMax = 6;

    /// <summary>Steps of the search for a linearization before it gives up; a usual history needs one per operation.</summary>
    public const int SearchStepsMax = 300_000;

    /// <summary>Smallest log segments Storage allows times two, so that segments change often.</summary>
    public const int SegmentBytes = 64 * 1024;

    /// <summary>The bound of a log in every third run: as few segments as the daemon's may have, which fill within seconds.</summary>
    public const long LogBoundBytesMin = 8 * SegmentBytes;

    /// <summary>How far a member's clock is off: a hundred times what a crystal's is, so that mistakes show.</summary>
    public const int ClockSkewPpm = 10_000;

    /// <summary>Followers find in memory whatever the log still has.</summary>
    public const ulong CatchUpEntries = 1_000_000;

    /// <summary>
    /// Who was away for a second or two needs a state. More than are ever applied in one step for the first time anywhere: the checkers look at them
    /// after it.
    /// </summary>
    public const int CatchUpEntriesMin = 30;

    /// <summary>Members at one time, learners included: more make only longer searches.</summary>
    public const int MembersMax = 6;

    /// <summary>Boards that may come in one run.</summary>
    public const int JoinersMax = 6;

    /// <summary>A change without an answer is taken as made or lost after this: a request's patience, and an election.</summary>
    public const long ChangeIsSettledUs = 12 * VirtualTime.Second;

    /// <summary>The longest time a message is under way. Below an election timeout: what is slower is a partition, and simulated as one.</summary>
    public const long MessageUsMax = 600 * VirtualTime.Ms;

    /// <summary>Seeds within which each deliberate bug must be found.</summary>
    public const int SeedsToFindABug = 400;
}
