namespace EtcdEdge.Server;

/// <summary>How the election timeout adapts.</summary>
internal static partial class Limits
{
    /// <summary>Round trips an election timeout has room for (etcd's tuning guide: at least ten).</summary>
    public const int RoundTripsPerElection = 10;

    /// <summary>
    /// Flushes it has room for: term and vote at the candidate, then at the voters, and the new leader's first entry at both. Heartbeats wait for
    /// none.
    /// </summary>
    public const int FlushesPerElection = 4;

    /// <summary>
    /// Longest adapted timeout. A campaign begins within two of them, and a dead leader should be replaced in the time for which clients wait (7 s
    /// and more).
    /// </summary>
    public static readonly TimeSpan MaxAdaptedElectionTimeout = TimeSpan.FromSeconds(5);

    /// <summary>How often it is looked at: a raise is wanted soon, and half a dozen raises reach the bound.</summary>
    public static readonly TimeSpan TimingInterval = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Looks per window. p99 counts two windows of five minutes, so that a card's bad minute is not forgotten before its next one, and lowering
    /// happens at the end of a window only.
    /// </summary>
    public const int TimingLooksPerWindow = 30;

    /// <summary>
    /// It is lowered only when less than this of it is wanted, and raised beyond what is wanted by the rest: so it does not go to and fro.
    /// </summary>
    public const double TimingSlack = 0.7;
}
