using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace EtcdEdge.Structure.Tests.Model;

/// <summary>
/// Binds every name in the code; using directives and documentation comments do not count, constants, nameof and extension methods do.
/// </summary>
internal static class NameBinder
{
    private static readonly Lazy<IReadOnlyList<BoundName>> s_current = new(() => Bind(SourceModel.Current));

    /// <summary>The names of the repository that holds the test.</summary>
    public static IReadOnlyList<BoundName> Current => s_current.Value;

    public static IReadOnlyList<BoundName> Bind(SourceModel model) =>
        [.. model.Projects.SelectMany(project => model.TreesOf(project).AsParallel().AsOrdered()
            .SelectMany(tree => Bind(project, model.CompilationOf(project).GetSemanticModel(tree))))];

    private static List<BoundName> Bind(SourceProject project, SemanticModel semantics)
    {
        var names = new List<BoundName>();
        foreach (var node in semantics.SyntaxTree.GetRoot().DescendantNodes(node => node is not UsingDirectiveSyntax))
        {
            if (node is SimpleNameSyntax or ImplicitObjectCreationExpressionSyntax && Referenced(semantics.GetSymbolInfo(node)) is { } symbol)
            {
                names.Add(new BoundName(project, node, symbol));
            }
        }

        return names;
    }

    private static ISymbol? Referenced(SymbolInfo info) => Declaration(info.Symbol ?? info.CandidateSymbols.FirstOrDefault());

    /// <summary>The declared type or member, or null for what is part of a member: locals, parameters; and for namespaces.</summary>
    private static ISymbol? Declaration(ISymbol? symbol) => symbol switch
    {
        IMethodSymbol { MethodKind: MethodKind.LocalFunction } => null,
        IMethodSymbol { ReducedFrom: { } extension } => extension.OriginalDefinition,
        INamedTypeSymbol or IMethodSymbol or IPropertySymbol or IFieldSymbol or IEventSymbol => symbol.OriginalDefinition,
        _ => null,
    };
}
