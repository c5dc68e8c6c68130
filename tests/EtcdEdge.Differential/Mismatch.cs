namespace EtcdEdge.Differential;

/// <summary>Two answers that differ, the calls that led there (the last one is the culprit), and the log of a server that died of it.</summary>
internal sealed record Mismatch(int Seed, IReadOnlyList<Step> Steps, string Expected, string Actual, string Death)
{
    public override string ToString() =>
        $"""
        seed {Seed}, step {Steps.Count}: {Steps[^1]}
          reference: {Expected}
          subject:   {Actual}
          {Death}
          replay: scripts/differential --seed {Seed} --count 1 --steps {Steps.Count}
        """;
}
