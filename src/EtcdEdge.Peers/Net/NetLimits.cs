namespace EtcdEdge.Peers.Net;

/// <summary>The limits of repeated log lines, each with its reason.</summary>
public static class NetLimits
{
    /// <summary>The same refusal is logged once in this time.</summary>
    public static readonly TimeSpan RefusalLogInterval = TimeSpan.FromSeconds(30);

    /// <summary>Different refusals remembered for that.</summary>
    public const int RefusalsRemembered = 256;
}
