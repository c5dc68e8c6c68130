namespace EtcdEdge.Server.Api.Concurrency;

/// <summary>The limits of Concurrency, each with its reason.</summary>
internal static class ConcurrencyLimits
{
    /// <summary>The lease of who locks or campaigns without one of their own (etcd client/v3/concurrency, defaultSessionTTL).</summary>
    public const long SessionTtlSeconds = 60;
}
