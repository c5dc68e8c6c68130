namespace EtcdEdge.Configuration;

/// <summary>How often the leader compares its data with the other members'. What is compared is up to two feature gates too.</summary>
public sealed record CorruptionOptions
{
    /// <summary>Between two comparisons of everything (--corrupt-check-time); zero is off.</summary>
    public TimeSpan CheckInterval { get; init; }

    /// <summary>Between two looks for a compaction that was not compared yet (--compact-hash-check-time, gate CompactHashCheck).</summary>
    public TimeSpan CompactHashInterval { get; init; } = TimeSpan.FromMinutes(1);
}
