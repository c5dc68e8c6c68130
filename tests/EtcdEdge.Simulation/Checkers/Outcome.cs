using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.Simulation.Checkers;

/// <summary>What a client was answered.</summary>
internal sealed record Outcome
{
    public EtcdError Error { get; init; }

    /// <summary>The header's revision.</summary>
    public required long Revision { get; init; }

    /// <summary>Keys deleted.</summary>
    public long Deleted { get; init; }

    /// <summary>The compare held.</summary>
    public bool Succeeded { get; init; }

    /// <summary>What was read: one cell for a single key, all for a range over everything; empty when nothing was read.</summary>
    public Cell[] Cells { get; init; } = [];
}
