namespace EtcdEdge.Server.Metrics;

/// <summary>What is counted of leases.</summary>
internal sealed class LeaseMetrics(MetricRegistry registry)
{
    private readonly Counter _granted = registry.Counter("etcd_debugging_lease_granted_total", "The total number of granted leases.");
    private readonly Counter _revoked = registry.Counter("etcd_debugging_lease_revoked_total", "The total number of revoked leases.");
    private readonly Counter _renewed = registry.Counter("etcd_debugging_lease_renewed_total", "The number of renewed leases seen by the leader.");
    private readonly Counter _expired = registry.Counter("etcd_debugging_server_lease_expired_total", "The total number of expired leases.");

    private readonly Histogram _ttl = registry.Histogram("etcd_debugging_lease_ttl_total", "Bucketed histogram of lease TTLs.",
        Buckets.Doubling(1, 24));

    public void Granted(long ttlSeconds)
    {
        _granted.Increment();
        _ttl.Observe(ttlSeconds);
    }

    public void Revoked() => _revoked.Increment();

    public void Renewed() => _renewed.Increment();

    public void Expired() => _expired.Increment();
}
