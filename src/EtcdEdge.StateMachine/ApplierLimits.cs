namespace EtcdEdge.StateMachine;

/// <summary>The limits of the applier, each with its reason.</summary>
public static class ApplierLimits
{
    /// <summary>etcd's estimate of what one put costs beyond key and value; the quota is checked with it (etcd server/storage/quota.go).</summary>
    public const int PutCostBytes = 256;

    /// <summary>etcd's estimate of what one lease costs (etcd server/storage/quota.go).</summary>
    public const int LeaseCostBytes = 64;

    /// <summary>Operations per branch and compares of one transaction unless --max-txn-ops sets another number.</summary>
    public const int DefaultMaxTxnOps = 128;
}
