namespace EtcdEdge.Server.Metrics;

/// <summary>The limits of Metrics, each with its reason.</summary>
internal static class MetricsLimits
{
    /// <summary>Client API versions counted by name. Clients choose the text, so beyond this many they count as "other".</summary>
    public const int CountedClientVersions = 16;

    /// <summary>Longest client API version kept as a label; the real ones are "3.5" and the like.</summary>
    public const int ClientVersionLength = 16;
}
