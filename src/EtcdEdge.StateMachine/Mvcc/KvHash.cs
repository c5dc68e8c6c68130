namespace EtcdEdge.StateMachine.Mvcc;

/// <summary>What HashKV answers: members of a cluster with the same <see cref="CompactRevision"/> must agree on <see cref="Hash"/>.</summary>
/// <param name="Hash">CRC-32C over the store up to the revision.</param>
/// <param name="CompactRevision">The compact revision the hash was computed with; −1 before the first compaction.</param>
/// <param name="Revision">The revision up to which it was computed.</param>
public readonly record struct KvHash(uint Hash, long CompactRevision, long Revision);
