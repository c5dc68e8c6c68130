namespace EtcdEdge.Structure.Tests.Dependencies;

/// <summary>Compares the dependencies of the source with the table. Each check returns one line per violation.</summary>
internal static class DependencyChecks
{
    private const int PlacesNamed = 5;

    public static IEnumerable<string> NotAllowed(IReadOnlyDictionary<Dependency, List<Use>> uses, DependencyTable table) =>
        from pair in uses
        where !table.Reasons.ContainsKey(pair.Key)
        from use in pair.Value.DistinctBy(use => (use.File, use.Identifier)).Take(PlacesNamed)
        select $"{use.Location}: {pair.Key.From} must not use {use.Identifier} of {pair.Key.To}: the row [{pair.Key.Graph}] {pair.Key.From} -> "
            + $"{pair.Key.To} " +
            $"is not in {DependencyTable.FileName}; move the code, or add the row with its reason";

    public static IEnumerable<string> NotUsed(IEnumerable<Dependency> used, IEnumerable<Dependency> rows) =>
        rows.Except(used).Select(row => $"{DependencyTable.FileName}: nothing uses the row {row}; remove it");

    public static IEnumerable<string> WithoutReason(DependencyTable table) =>
        table.Reasons.Where(row => row.Value == DependencyTable.NoReason)
            .Select(row => $"{DependencyTable.FileName}: the row {row.Key} has no reason; write one");

    public static IEnumerable<string> InCycles(IReadOnlyDictionary<Dependency, List<Use>> uses)
    {
        foreach (var graph in uses.Keys.GroupBy(dependency => dependency.Graph))
        {
            var edges = graph.Select(edge => (edge.From, edge.To)).ToList();
            foreach (var component in Cycles.Components(edges).Where(component => component.Count > 1))
            {
                var cycle = Cycles.Shortest(edges, component);
                var steps = cycle.Zip(cycle.Skip(1)).Select(step => new Dependency(graph.Key, step.First, step.Second));
                yield return $"cycle in {graph.Key}: {string.Join(" -> ", cycle)}; remove one of its dependencies:\n    " +
                    string.Join("\n    ",
                        steps.Select(step => $"{step.From} -> {step.To}: {uses[step][0].Location} uses {uses[step][0].Identifier}"));
            }
        }
    }

    /// <summary>A package is referenced by one project only; analyzers, generators and the shared framework may be referenced by several.</summary>
    public static IEnumerable<string> PackagesOfSeveralProjects(IEnumerable<(string Project, string Package)> packages) =>
        packages.GroupBy(pair => pair.Package, pair => pair.Project).Where(group => group.Count() > 1)
            .Select(group => $"package {group.Key} is referenced by {string.Join(" and ", group)}; reference it in one project and let the "
                + $"others use that project");
}
