using System.Globalization;

namespace EtcdEdge.Simulation;

/// <summary>What many runs did together.</summary>
internal sealed class Tally
{
    private long _acknowledged;
    private long _unknown;
    private long _reads;
    private long _watchEvents;
    private long _elections;
    private long _refusals;
    private long _virtualMs;

    /// <summary>Runs whose voters could not be a quorum any more, by faults and changes that met unluckily.</summary>
    public int WithoutQuorum { get; private set; }

    public Counts Counts { get; } = new();

    public int Runs { get; private set; }

    /// <summary>The trace hashes of all runs, folded in order.</summary>
    public ulong Hash { get; private set; }

    public long Acknowledged => _acknowledged;

    public void Add(SimulationResult result)
    {
        Runs++;
        Hash = (Hash * 31) ^ result.TraceHash;
        _acknowledged += result.Acknowledged;
        _unknown += result.Unknown;
        _reads += result.Reads;
        _watchEvents += result.WatchEvents;
        _elections += result.Elections;
        Counts.Add(result.Counts);
        _refusals += result.Refusals;
        _virtualMs += result.VirtualMs;
        WithoutQuorum += result.HasQuorum ? 0 : 1;
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{_acknowledged} writes acknowledged, {_unknown} unknown, {_reads} linearizable reads, {_watchEvents} watch events, {_elections} elections, "
        + $"{Counts}, {_refusals} refused logs, {WithoutQuorum} without a quorum, "
        + $"{_virtualMs / 60_000.0:F1} virtual minutes, trace {Hash:x16}");
}
