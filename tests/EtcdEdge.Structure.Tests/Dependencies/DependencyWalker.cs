using EtcdEdge.Structure.Tests.Model;
using Microsoft.CodeAnalysis;

namespace EtcdEdge.Structure.Tests.Dependencies;

/// <summary>
/// Finds the dependencies between projects and folders. A folder depends on another one when a name in its code refers to a type or member declared
/// there.
/// </summary>
internal sealed class DependencyWalker
{
    private readonly SourceModel _model;
    private readonly Dictionary<string, SourceProject> _byAssembly;
    private readonly Dictionary<Dependency, List<Use>> _uses = [];

    private DependencyWalker(SourceModel model)
    {
        _model = model;
        _byAssembly = model.Projects.ToDictionary(project => project.AssemblyName);
    }

    public static IReadOnlyDictionary<Dependency, List<Use>> Walk(SourceModel model, IEnumerable<BoundName> names)
    {
        var walker = new DependencyWalker(model);
        foreach (var name in names)
        {
            walker.Add(name);
        }

        return walker._uses;
    }

    private void Add(BoundName name)
    {
        if (name.Symbol.ContainingAssembly is not { } assembly || !_byAssembly.TryGetValue(assembly.Name, out var owner))
        {
            return;
        }

        if (owner != name.Project)
        {
            Add(new Dependency(Dependency.Projects, name.Project.Name, owner.Name), name);
            return;
        }

        var from = owner.FolderOf(name.File);
        var folders = FoldersOf(owner, name.Symbol);
        foreach (var to in folders.Contains(from) ? [] : folders)
        {
            Add(new Dependency(owner.Name, NameOf(from), NameOf(to)), name);
        }
    }

    private void Add(Dependency dependency, BoundName name)
    {
        if (!_uses.TryGetValue(dependency, out var list))
        {
            _uses[dependency] = list = [];
        }

        list.Add(new Use(_model.Location(name.Node), name.DisplayName));
    }

    private static string NameOf(string folder) => folder.Length == 0 ? Dependency.Root : folder;

    /// <summary>The folders that declare a symbol: more than one for a partial type in several folders.</summary>
    private static HashSet<string> FoldersOf(SourceProject project, ISymbol symbol)
    {
        for (var declared = symbol; declared is not null; declared = declared.ContainingType)
        {
            var files = declared.DeclaringSyntaxReferences.Select(reference => reference.SyntaxTree.FilePath).Where(path => path.Length > 0).ToList();
            if (files.Count > 0)
            {
                return [.. files.Select(project.FolderOf)];
            }
        }

        return [];
    }
}
