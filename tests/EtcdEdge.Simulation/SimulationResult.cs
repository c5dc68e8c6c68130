namespace EtcdEdge.Simulation;

/// <summary>What a run did, so that one that did nothing is not taken for one that was right.</summary>
internal sealed record SimulationResult
{
    public required ulong TraceHash { get; init; }
    public required int Members { get; init; }
    public required int Acknowledged { get; init; }
    public required int Unknown { get; init; }
    public required int Reads { get; init; }
    public required int WatchEvents { get; init; }
    public required int Elections { get; init; }
    public required int Refusals { get; init; }
    public required Counts Counts { get; init; }
    public required long Revision { get; init; }
    public required long VirtualMs { get; init; }

    /// <summary>Enough voters could come back after the trouble, so that progress could be demanded.</summary>
    public required bool HasQuorum { get; init; }
}
