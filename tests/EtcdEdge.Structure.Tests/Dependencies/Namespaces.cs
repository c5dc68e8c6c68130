using EtcdEdge.Structure.Tests.Model;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace EtcdEdge.Structure.Tests.Dependencies;

/// <summary>A file's namespace is the root namespace of its project followed by its folders.</summary>
internal static class Namespaces
{
    public static IEnumerable<string> Violations(SourceModel model, SourceProject project) =>
        from tree in model.TreesOf(project)
        let expected = Expected(project, tree.FilePath)
        from declaration in tree.GetRoot().DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
            .OfType<BaseNamespaceDeclarationSyntax>()
        where declaration.Name.ToString() != expected
        select $"{model.Location(declaration)}: the namespace is {declaration.Name}; rename it to {expected}, or move the file";

    private static string Expected(SourceProject project, string file)
    {
        var folder = project.FolderOf(file);
        return folder.Length == 0 ? project.RootNamespace : $"{project.RootNamespace}.{folder.Replace('/', '.')}";
    }
}
