using System.Globalization;

namespace EtcdEdge.Bench.Compare;

/// <summary>Runs every scenario on both servers in turn, round after round, and prints medians, ratios and bars as a Markdown table.</summary>
internal static class Comparison
{
    /// <summary>Returns 0 when every bar is met.</summary>
    public static async Task<int> RunAsync(Options options)
    {
        var quick = options.Quick ? "; a quick try, a tenth of the work" : "";
        Console.WriteLine($"Medians of {options.Rounds} rounds, the servers taking turns{quick}; in brackets the lowest and the highest round's "
            + $"ratio.\n");
        Console.WriteLine("| row | etcd | EtcdEdge | ratio | bar | met |\n|---|---:|---:|---:|---:|---|");
        var missed = 0;
        foreach (var scenario in Scenarios.All.Where(s => options.Rows.Length == 0 ? !s.IsLong : options.Rows.Contains(s.Name)))
        {
            missed += await RunAsync(scenario, options);
        }

        return missed == 0 ? 0 : 1;
    }

    private static async Task<int> RunAsync(Scenario scenario, Options options)
    {
        var (etcd, etcdEdge) = (new List<double[]>(), new List<double[]>());
        for (var round = 0; round < options.Rounds; round++)
        {
            etcd.Add(await OnceAsync(scenario, options, isEtcd: true));
            etcdEdge.Add(await OnceAsync(scenario, options, isEtcd: false));
        }

        var missed = 0;
        for (var n = 0; n < scenario.Measures.Length; n++)
        {
            missed += Print(scenario.Measures[n], [.. etcd.Select(v => v[n])], [.. etcdEdge.Select(v => v[n])]);
        }

        return missed;
    }

    private static async Task<double[]> OnceAsync(Scenario scenario, Options options, bool isEtcd)
    {
        await using var target = new Target(options, isEtcd, scenario.Members);
        await target.StartAsync();
        var values = await scenario.RunAsync(target);
        Console.Error.WriteLine($"{scenario.Name} {target.Daemon.Binary}: {string.Join(' ', values.Select(Shown))}");
        return values;
    }

    // A machine that others use too shows in the spread of the rounds' ratios, which a median hides.
    private static int Print(Measure measure, double[] etcdRounds, double[] etcdEdgeRounds)
    {
        var (etcd, etcdEdge) = (Median(etcdRounds), Median(etcdEdgeRounds));
        var ratios = etcdEdgeRounds.Zip(etcdRounds, (ours, theirs) => ours / theirs).Order().ToArray();
        var met = measure.IsMet(etcd, etcdEdge);
        var bar = $"{(measure.AtLeast ? "≥" : "≤")} {Shown(measure.Bar)}{(measure.Absolute ? $" {measure.Unit}".TrimEnd() : " ×")}";
        var unit = measure.Unit.Length == 0 ? "" : $", {measure.Unit}";
        var values = $"{Shown(etcd)} | {Shown(etcdEdge)} | {Shown(etcdEdge / etcd)} ({Shown(ratios[0])} to {Shown(ratios[^1])})";
        Console.WriteLine($"| {measure.Name}{unit} | {values} | {bar} | {(met ? "yes" : "**no**")} |");
        return met ? 0 : 1;
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static string Shown(double value) => value.ToString(value >= 100 ? "N0" : "0.##", CultureInfo.InvariantCulture);
}
