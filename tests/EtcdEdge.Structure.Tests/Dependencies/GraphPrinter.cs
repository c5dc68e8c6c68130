using EtcdEdge.Structure.Tests.Model;

namespace EtcdEdge.Structure.Tests.Dependencies;

/// <summary>Prints the dependencies and the cycles for a person who restructures the code.</summary>
internal static class GraphPrinter
{
    private const int UsesPrintedMax = 12;

    /// <summary>Every graph, or only those named in <paramref name="graphs"/>.</summary>
    public static void Print(SourceModel model, TextWriter output, IReadOnlyCollection<string> graphs)
    {
        var uses = DependencyWalker.Walk(model, NameBinder.Bind(model));
        foreach (var graph in uses.Keys.GroupBy(key => key.Graph).Where(graph => graphs.Count == 0 || graphs.Contains(graph.Key))
            .OrderBy(graph => graph.Key))
        {
            Print(graph.Key, [.. graph], uses, output);
        }
    }

    /// <summary>The table of allowed dependencies as the source is today; rows that are in <paramref name="table"/> keep their reason.</summary>
    public static void PrintTable(SourceModel model, DependencyTable table, TextWriter output)
    {
        var rows = DependencyWalker.Walk(model, NameBinder.Bind(model)).Keys.Union(ProjectFiles.References(model))
            .Union(ProjectFiles.Packages(model));
        output.Write(DependencyTable.Format(rows, table.Reasons));
    }

    private static void Print(string graph, List<Dependency> edges, IReadOnlyDictionary<Dependency, List<Use>> uses, TextWriter output)
    {
        var components = Cycles.Components([.. edges.Select(edge => (edge.From, edge.To))]);
        var cycles = components.Where(component => component.Count > 1).ToList();
        output.WriteLine($"\n=== {graph}: {components.Sum(component => component.Count)} nodes, {edges.Count} edges, nodes in cycles: "
            + $"{cycles.Sum(cycle => cycle.Count)}");
        foreach (var component in Enumerable.Reverse(components))
        {
            foreach (var from in component)
            {
                var targets = edges.Where(edge => edge.From == from).OrderBy(edge => edge.To, StringComparer.Ordinal);
                output.WriteLine($"{(component.Count > 1 ? "* " : "  ")}{from} -> "
                    + $"{string.Join(", ", targets.Select(edge => Mark(edge, component)))}");
            }
        }

        foreach (var cycle in cycles)
        {
            PrintCycle(cycle, edges, uses, output);
        }
    }

    private static string Mark(Dependency edge, List<string> component) => component.Contains(edge.To) ? edge.To + "*" : edge.To;

    private static void PrintCycle(List<string> cycle, List<Dependency> edges, IReadOnlyDictionary<Dependency, List<Use>> uses, TextWriter output)
    {
        output.WriteLine($"\n--- cycle of {cycle.Count} in {edges[0].Graph}: {string.Join(", ", cycle)}");
        output.WriteLine($"    shortest: {string.Join(" -> ", Cycles.Shortest([.. edges.Select(edge => (edge.From, edge.To))], cycle))}");
        var inside = edges.Where(edge => cycle.Contains(edge.From) && cycle.Contains(edge.To));
        foreach (var edge in inside.OrderBy(edge => uses[edge].Select(use => (use.File, use.Identifier)).Distinct().Count()))
        {
            output.WriteLine($"  {edge.From} -> {edge.To}");
            var causes = uses[edge].GroupBy(use => (use.File, use.Identifier)).ToList();
            foreach (var cause in causes.Take(UsesPrintedMax))
            {
                output.WriteLine($"      {cause.First().Location}  {cause.Key.Identifier}{(cause.Count() > 1 ? $" x{cause.Count()}" : "")}");
            }

            if (causes.Count > UsesPrintedMax)
            {
                output.WriteLine($"      ... and {causes.Count - UsesPrintedMax} more");
            }
        }
    }
}
