namespace EtcdEdge.Server.Corruption;

/// <summary>The limits of Corruption, each with its reason.</summary>
internal static class CorruptionLimits
{
    /// <summary>
    /// How long the initial corruption check waits for members that are not connected: a standing one is there within a redial or two, and one that
    /// is down must not hold up the start.
    /// </summary>
    public static readonly TimeSpan InitialCheckPatience = TimeSpan.FromSeconds(2);
}
