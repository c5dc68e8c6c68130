namespace EtcdEdge.Simulation;

/// <summary>What decides a run, entirely.</summary>
/// <param name="Seed">The same seed, members and bug give the same run.</param>
/// <param name="Members">1, 3 or 5; 0 lets the seed choose.</param>
internal sealed record SimulationOptions(int Seed, int Members = 0)
{
    public Bug Bug { get; init; }

    /// <summary>The only kind of fault there shall be, often; null lets the seed choose.</summary>
    public World.Fault? Focus { get; init; }

    /// <summary>Receives the story line by line; null is quiet.</summary>
    public Action<string>? Print { get; init; }

    /// <summary>The command that runs it again.</summary>
    public string Replay => $"scripts/sim --seed {Seed}" + (Members == 0 ? "" : $" --members {Members}") + (Bug == Bug.None ? "" : $" --bug {Bug}")
        + (Focus is { } fault ? $" --fault {fault}" : "") + " --trace";
}
