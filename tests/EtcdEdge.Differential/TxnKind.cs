namespace EtcdEdge.Differential;

/// <summary>What a random transaction may do beside reading.</summary>
internal enum TxnKind
{
    ReadOnly,
    PutAndDelete,
    Delete,
}
