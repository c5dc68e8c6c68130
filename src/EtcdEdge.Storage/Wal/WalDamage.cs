using System.Globalization;

namespace EtcdEdge.Storage.Wal;

/// <summary>
/// Damage found while reading: entries that were acknowledged may be gone. The daemon prints it and ends; it never starts over it silently.
/// </summary>
public sealed record WalDamage
{
    public required WalDamageKind Kind { get; init; }

    /// <summary>The file.</summary>
    public required string Segment { get; init; }

    /// <summary>Where in the file, in bytes.</summary>
    public required long Offset { get; init; }

    /// <summary>The first index that may be lost; 0 when only a hard state is.</summary>
    public required ulong FirstIndex { get; init; }

    /// <summary>The last index known to be lost; 0 when everything from <see cref="FirstIndex"/> on may be.</summary>
    public ulong LastIndex { get; init; }

    /// <summary>What exactly was found, a few words.</summary>
    public required string Detail { get; init; }

    /// <summary>One line for the operator: what, where, which entries, and the next step.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"the log is damaged: {Segment} at byte {Offset}: {Detail}; {Range()}. {NextStep()}");

    private string Range() => Kind switch
    {
        WalDamageKind.SegmentForeign or WalDamageKind.SegmentTooNew => "nothing was changed",
        _ when FirstIndex == 0 => "no entry was in it, but a vote may have been",
        _ when LastIndex == 0 => string.Create(CultureInfo.InvariantCulture, $"entries from index {FirstIndex} on may be lost"),
        _ => string.Create(CultureInfo.InvariantCulture, $"entries {FirstIndex} to {LastIndex} are lost"),
    };

    private string NextStep() => Kind switch
    {
        WalDamageKind.SegmentForeign => "Move the file away, or start with the data directory it belongs to.",
        WalDamageKind.SegmentTooNew => "Start the version that wrote it, or a newer one.",
        _ => "If other members are healthy, remove this member (etcdctl member remove), empty its data directory and add it again "
            + "(etcdctl member add); a single member is restored from a snapshot (etcdutl snapshot restore), "
            + "or started with --wal-accept-loss (EtcdEdge's own flag), which cuts the log there.",
    };
}
