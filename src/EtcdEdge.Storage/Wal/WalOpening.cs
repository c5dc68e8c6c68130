namespace EtcdEdge.Storage.Wal;

/// <summary>Opening a log ends in the log, or in the damage that forbids it.</summary>
public sealed record WalOpening
{
    /// <summary>The log, ready to be appended to; null when <see cref="Damage"/> is set.</summary>
    public WriteAheadLog? Log { get; init; }

    /// <summary>Why it was not opened.</summary>
    public WalDamage? Damage { get; init; }

    /// <summary>
    /// With damage: the last index of the log all the same, if everything from some entry behind the damage to the log's end is whole; else 0. A
    /// state that reaches this far makes the damage good (<see cref="WalOptions.CoveredUpTo"/>).
    /// </summary>
    public ulong EndsWith { get; init; }

    /// <summary>What was read, up to the damage if there is any.</summary>
    public required WalRecovery Recovery { get; init; }
}
