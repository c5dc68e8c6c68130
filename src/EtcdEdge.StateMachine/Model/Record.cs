namespace EtcdEdge.StateMachine.Model;

/// <summary>
/// One revision of one key: a put or a tombstone. Immutable. Key and value are slices of the log entry that wrote them, so a value
/// exists once in memory however many readers, watchers and checkpoints see it.
/// </summary>
public sealed class Record
{
    /// <summary>The key's bytes; never empty.</summary>
    public required ReadOnlyMemory<byte> Key { get; init; }

    /// <summary>The value's bytes; empty for a tombstone.</summary>
    public ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>The main revision of the write.</summary>
    public required long ModRevision { get; init; }

    /// <summary>The place of the write within its revision: 0, 1, … in the order of the transaction's operations.</summary>
    public int SubRevision { get; init; }

    /// <summary>The revision that created the key's current generation; 0 for a tombstone.</summary>
    public long CreateRevision { get; init; }

    /// <summary>Writes since creation, from 1; 0 for a tombstone.</summary>
    public long Version { get; init; }

    /// <summary>The lease the key is attached to; 0 is none.</summary>
    public long Lease { get; init; }

    /// <summary>True when this revision deleted the key.</summary>
    public bool IsTombstone => Version == 0;
}
