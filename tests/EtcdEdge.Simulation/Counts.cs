namespace EtcdEdge.Simulation;

/// <summary>What happened in one run, or in many.</summary>
internal sealed record Counts
{
    /// <summary>Processes that came up.</summary>
    public long Starts { get; set; }

    /// <summary>Processes that ended without being asked.</summary>
    public long Crashes { get; set; }

    /// <summary>Of these, or while a process came up: the power went, and what was not flushed was kept or lost sector by sector.</summary>
    public long PowerCuts { get; set; }

    /// <summary>Checkpoints written.</summary>
    public long Checkpoints { get; set; }

    /// <summary>States that were sent to a member and installed there.</summary>
    public long Snapshots { get; set; }

    /// <summary>Members added, promoted, removed, or given other URLs.</summary>
    public long MembershipChanges { get; set; }

    public void Add(Counts other)
    {
        Starts += other.Starts;
        Crashes += other.Crashes;
        PowerCuts += other.PowerCuts;
        Checkpoints += other.Checkpoints;
        Snapshots += other.Snapshots;
        MembershipChanges += other.MembershipChanges;
    }

    public override string ToString() =>
        $"{Starts} starts, {Crashes} crashes, {PowerCuts} power cuts, {Checkpoints} checkpoints, {Snapshots} snapshots, {MembershipChanges} "
            + $"membership changes";
}
