namespace EtcdEdge.Storage.Wal;

/// <summary>What opening a log found; for one line in the daemon's own log.</summary>
public sealed record WalRecovery
{
    public long Groups { get; init; }

    public long Entries { get; init; }

    public int Segments { get; init; }

    /// <summary>The index of the last entry; 0 when there is none.</summary>
    public ulong LastIndex { get; init; }

    /// <summary>Bytes of a torn last write that were cut off: never acknowledged, the trace of a power cut.</summary>
    public long TornBytes { get; init; }

    /// <summary>The loss that <see cref="WalOptions.AcceptLoss"/> allowed.</summary>
    public WalDamage? AcceptedLoss { get; init; }

    /// <summary>Damage that lost nothing, because <see cref="WalOptions.CoveredUpTo"/> covers what it hides.</summary>
    public IReadOnlyList<WalDamage> Covered { get; init; } = [];

    /// <summary>Names in the directory that are not the log's; they were left alone.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];
}
