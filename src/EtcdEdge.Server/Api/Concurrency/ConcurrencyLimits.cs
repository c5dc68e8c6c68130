namespace EtcdEdge.Server.Api.Concurrency;

/// <summary>The limits of Concurrency, each with its reason.</summary>
internal static class ConcurrencyLimits
{
    /// <summary>
    /// TTL of the lease of a caller that locks or campaigns without a lease of its own (etcd client/v3/concurrency, defaultSessionTTL).
    /// </summary>
    public const long SessionTtlSeconds = 60;
}
