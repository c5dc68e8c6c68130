namespace EtcdEdge.StateMachine.Lease;

/// <summary>What a keepalive came to.</summary>
public enum RenewalOutcome
{
    /// <summary>The whole TTL is on the clock again.</summary>
    Renewed,

    /// <summary>There is no such lease.</summary>
    NotFound,

    /// <summary>The lease is expired and not revoked yet: revoke it, wait for that, then answer as for NotFound.</summary>
    Expired,

    /// <summary>Only the leader's clock counts: the request has to go there.</summary>
    NotPrimary,
}

/// <param name="Outcome">What happened.</param>
/// <param name="TtlSeconds">The granted TTL when renewed, else 0.</param>
/// <param name="ClearsCheckpoint">A checkpoint of a shorter remaining time is on record and must be cleared through the log before the
/// answer.</param>
public readonly record struct LeaseRenewal(RenewalOutcome Outcome, long TtlSeconds = 0, bool ClearsCheckpoint = false);
