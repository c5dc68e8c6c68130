namespace EtcdEdge.Bench.Compare;

/// <summary>One experiment on one fresh server, or on a cluster of them; it yields a value for each of its measures.</summary>
internal sealed record Scenario(string Name, Measure[] Measures, Func<Target, Task<double[]>> RunAsync)
{
    /// <summary>Takes many minutes, so it runs only when its name is given.</summary>
    public bool IsLong { get; init; }

    /// <summary>How many members found the cluster.</summary>
    public int Members { get; init; } = 1;
}
