namespace EtcdEdge.Server.Metrics;

/// <summary>What is counted of leases; all but their TTLs by the lessor itself.</summary>
internal sealed class LeaseMetrics
{
    private readonly Histogram _ttl;

    public LeaseMetrics(MetricRegistry registry)
    {
        registry.ReadCounter("etcd_debugging_lease_granted_total", "The total number of granted leases.", at => at.Node.LeasesGranted);
        registry.ReadCounter("etcd_debugging_lease_revoked_total", "The total number of revoked leases.", at => at.Node.LeasesRevoked);
        registry.ReadCounter("etcd_debugging_lease_renewed_total", "The number of renewed leases seen by the leader.", at => at.Node.LeasesRenewed);
        registry.ReadCounter("etcd_debugging_server_lease_expired_total", "The total number of expired leases.", at => at.Node.LeasesExpired);
        _ttl = registry.Histogram("etcd_debugging_lease_ttl_total", "Bucketed histogram of lease TTLs.", Buckets.Doubling(1, 24));
    }

    public void Granted(long ttlSeconds) => _ttl.Observe(ttlSeconds);
}
