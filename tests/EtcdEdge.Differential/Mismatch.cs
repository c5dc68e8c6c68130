namespace EtcdEdge.Differential;

/// <summary>Two answers that differ, the calls that led there (the last one is the culprit), and the last words of servers that died of it.</summary>
internal sealed record Mismatch(int Seed, IReadOnlyList<Step> Steps, string Expected, string Actual, string Deaths)
{
    /// <summary>The same kind of call failed in the same kind of way: a shorter sequence may fail for a reason of its own.</summary>
    public bool IsLike(Mismatch other) => Steps[^1].Name == other.Steps[^1].Name && Hangs() == other.Hangs();

    public override string ToString() =>
        $"""
        seed {Seed}, step {Steps.Count}: {Steps[^1]}
          reference: {Expected}
          subject:   {Actual}{Deaths}
          replay: scripts/differential --seed {Seed} --count 1 --steps {Steps.Count}
        """;

    private (bool, bool) Hangs() => (Expected == Step.NoAnswer, Actual == Step.NoAnswer);
}
