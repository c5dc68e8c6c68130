namespace EtcdEdge.Differential;

/// <summary>Two answers that differ, the calls that led there (the last one is the culprit), and the last words of servers that died of it.</summary>
internal sealed record Mismatch(int Seed, IReadOnlyList<Step> Steps, string Expected, string Actual, string Deaths)
{
    public override string ToString() =>
        $"""
        seed {Seed}, step {Steps.Count}: {Steps[^1]}
          reference: {Expected}
          subject:   {Actual}{Deaths}
          replay: scripts/differential --seed {Seed} --count 1 --steps {Steps.Count}
        """;
}
