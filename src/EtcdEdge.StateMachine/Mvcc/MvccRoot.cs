namespace EtcdEdge.StateMachine.Mvcc;

/// <summary>
/// An immutable state of the store: everything up to <see cref="Revision"/>. Published by the one writer after each applied batch, read by
/// any thread without a lock.
/// </summary>
public sealed class MvccRoot
{
    /// <summary>The newest revision; 1 in an empty store.</summary>
    public long Revision { get; init; }

    /// <summary>Revisions below this one are gone, except what was still live at it; −1 before the first compaction, as in etcd.</summary>
    public long CompactRevision { get; init; }
}
