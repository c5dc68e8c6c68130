namespace EtcdEdge.Cli.Ctl.Check;

/// <summary>A load of a check.</summary>
/// <param name="Writes">Per second for "perf", in all for "datascale".</param>
/// <param name="Clients">Connections.</param>
internal sealed record CheckLoad(int Writes, int Clients)
{
    public static CliFlag Flag(string description) => new("load", "string", description, "s") { Values = ["small", "medium", "large", "xLarge"] };

    public static CheckLoad Performance(string name) => Of(name, new(150, 50), new(1000, 200), new(8000, 500), new(15000, 1000));

    public static CheckLoad DataScale(string name) => Of(name, new(10_000, 50), new(100_000, 200), new(1_000_000, 500), new(3_000_000, 1000));

    /// <exception cref="CliFailure">For another name.</exception>
    private static CheckLoad Of(string name, CheckLoad small, CheckLoad medium, CheckLoad large, CheckLoad extraLarge) => name switch
    {
        "s" or "small" => small,
        "m" or "medium" => medium,
        "l" or "large" => large,
        "xl" or "xLarge" => extraLarge,
        _ => throw new CliFailure(CliFailure.BadFeature, $"unknown load option {name}"),
    };
}
