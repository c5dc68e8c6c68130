namespace EtcdEdge.StateMachine.Lease;

/// <summary>The limits of Lease, each with its reason.</summary>
public static class LeaseLimits
{
    /// <summary>Largest TTL of a lease, in seconds: etcd's bound (lease/lessor.go), about 285 years.</summary>
    public const long LeaseTtlSecondsMax = 9_000_000_000;

    /// <summary>Leases whose revocation is proposed per second, as in etcd: many expired leases must not displace the clients' writes.</summary>
    public const int LeaseRevokesPerSecondMax = 1000;

    /// <summary>Milliseconds after which a lease that was found expired and still exists is proposed for revocation again, as etcd.</summary>
    public const long LeaseRevokeRetryMs = 3000;
}
