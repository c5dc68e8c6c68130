namespace EtcdEdge.Structure.Tests.Dependencies;

/// <summary>One folder or project uses another one.</summary>
/// <param name="Graph">"projects", or the name of the project whose folders these are.</param>
/// <param name="From">The folder relative to its project ("(root)" for files directly in the project), or a project.</param>
/// <param name="To">Likewise.</param>
internal readonly record struct Dependency(string Graph, string From, string To)
{
    public const string Projects = "projects";
    public const string Packages = "packages";
    public const string Root = "(root)";

    public override string ToString() => $"[{Graph}] {From} -> {To}";
}

/// <summary>One place in the source that creates a dependency.</summary>
/// <param name="Location">File relative to the repository, and line: "src/EtcdEdge.Server/Node/NodeLoop.cs:12".</param>
/// <param name="Identifier">The used type or member: "WatchHub.Notify".</param>
internal readonly record struct Use(string Location, string Identifier)
{
    public string File => Location[..Location.LastIndexOf(':')];
}
