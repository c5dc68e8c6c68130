namespace EtcdEdge.Simulation.World;

/// <summary>
/// What a seed does to its cluster. Drawn once (swarm testing: a run that has only some kinds of trouble gets further into each than one that has
/// all of them).
/// </summary>
internal sealed record Plan
{
    public required int Members { get; init; }
    public required int Clients { get; init; }
    public required int LeaseClients { get; init; }
    public required int Watchers { get; init; }
    public required int Keys { get; init; }
    public required long TroubleUs { get; init; }

    /// <summary>Mean time a client thinks between two requests.</summary>
    public required long ThinkUs { get; init; }

    /// <summary>Mean time between two faults.</summary>
    public required long FaultUs { get; init; }

    public required long MessageUs { get; init; }
    public required double Slow { get; init; }
    public required double Drop { get; init; }
    public required double Duplicate { get; init; }
    public required long FlushUs { get; init; }
    public required int ValueBytes { get; init; }
    public required int WatchQueue { get; init; }

    /// <summary>Payload bytes of one append message; 1 sends every entry alone, so that a log is half replicated for long.</summary>
    public required long AppendBytes { get; init; }
    public required int Inflight { get; init; }
    public required bool AutoCompacts { get; init; }

    /// <summary>Mean time between two checkpoints of a member.</summary>
    public required long CheckpointUs { get; init; }

    /// <summary>What a member's log may take.</summary>
    public required long LogBoundBytes { get; init; }

    /// <summary>Entries a member keeps in memory for others that lag.</summary>
    public required ulong CatchUpEntries { get; init; }

    /// <summary>What comes of a state at once, at most.</summary>
    public required int StateChunkBytes { get; init; }

    /// <summary>People who change the members, each one change at a time.</summary>
    public required int Operators { get; init; }

    /// <summary>--strict-reconfig-check.</summary>
    public required bool IsStrict { get; init; }
    public required int MaxLearners { get; init; }

    /// <summary>The kinds of faults that happen, repeated by weight; may be empty.</summary>
    public required IReadOnlyList<Fault> Faults { get; init; }

    public static Plan Draw(Random random, SimulationOptions options)
    {
        var plan = Draw(random, options.Members);
        plan = options.Seed % 3 == 0 ? plan.WithLogBound() : plan;
        if (options.Focus is { } fault)
        {
            plan = plan with { Faults = [fault], FaultUs = (fault == Fault.PowerCutInWrite ? 400 : 4000) * VirtualTime.Ms, Operators = 0 };
        }

        return options.Bug switch
        {
            Bug.ManyChangesAtOnce or Bug.ChangeBeforeCommit => plan with { Operators = 3 },
            Bug.SnapshotWithoutHash or Bug.SnapshotOverNewer =>
                plan with { Operators = 2, CatchUpEntries = Limits.CatchUpEntriesMin, CheckpointUs = 700 * VirtualTime.Ms },
            Bug.LogWithoutBound => plan.WithLogBound() with { CheckpointUs = 15_000 * VirtualTime.Ms },
            _ => plan,
        };
    }

    // The daemon's bound is many times its largest message too: an empty log takes any.
    private Plan WithLogBound() => this with { LogBoundBytes = Limits.LogBoundBytesMin, AppendBytes = Math.Min(AppendBytes, Limits.SegmentBytes) };

    private static Plan Draw(Random random, int members) => new()
    {
        Members = members > 0 ? members : random.Next(8) switch { 0 => 1, < 6 => 3, _ => 5 },
        Clients = random.Next(2, 7),
        LeaseClients = random.Next(1, 4),
        Watchers = random.Next(1, 4),
        Keys = random.Next(2, 7),
        TroubleUs = random.NextInt64(Limits.TroubleUsMin, Limits.TroubleUsMax),
        ThinkUs = random.NextInt64(10, 200) * VirtualTime.Ms,
        FaultUs = random.NextInt64(300, 3000) * VirtualTime.Ms,
        MessageUs = random.NextInt64(100, 40_000),
        Slow = random.Next(2) == 0 ? 0 : 0.1 * random.NextDouble(),
        Drop = random.Next(2) == 0 ? 0 : 0.2 * random.NextDouble(),
        Duplicate = random.Next(2) == 0 ? 0 : 0.2 * random.NextDouble(),
        FlushUs = random.NextInt64(200, 60_000),
        ValueBytes = random.Next(3) == 0 ? 6_000 : 60,
        WatchQueue = random.Next(1, 12),
        AppendBytes = random.Next(3) switch { 0 => 1, 1 => 400, _ => 1 << 20 },
        Inflight = random.Next(3) == 0 ? random.Next(1, 4) : 512,
        AutoCompacts = random.Next(4) == 0,
        CheckpointUs = random.NextInt64(500, random.Next(3) == 0 ? 3_000 : 15_000) * VirtualTime.Ms,
        LogBoundBytes = long.MaxValue / 2,
        CatchUpEntries = random.Next(2) == 0 ? Limits.CatchUpEntries : (ulong)random.Next(Limits.CatchUpEntriesMin, 4 * Limits.CatchUpEntriesMin),
        StateChunkBytes = random.Next(4_000, 200_000),
        Operators = random.Next(4) switch { 0 or 1 => 0, 2 => 1, _ => 2 },
        IsStrict = random.Next(4) > 0,
        MaxLearners = random.Next(1, 3),
        Faults = DrawFaults(random),
    };

    private static List<Fault> DrawFaults(Random random)
    {
        var faults = new List<Fault>();
        foreach (var fault in Enum.GetValues<Fault>())
        {
            for (var weight = random.Next(2) * random.Next(1, 5); weight > 0; weight--)
            {
                faults.Add(fault);
            }
        }

        return faults;
    }
}
