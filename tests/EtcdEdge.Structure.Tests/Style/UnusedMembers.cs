using EtcdEdge.Structure.Tests.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace EtcdEdge.Structure.Tests.Style;

/// <summary>Finds members that nothing in src refers to, apart from their own declaration.</summary>
internal sealed class UnusedMembers
{
    private readonly SourceModel _model;
    private readonly HashSet<(string File, int Position)> _used = [];
    private readonly HashSet<ISymbol> _usedInterfaceMembers = new(SymbolEqualityComparer.Default);

    public UnusedMembers(SourceModel model, IEnumerable<BoundName> names)
    {
        _model = model;
        foreach (var name in names.Where(name => !IsOnlyAssigned(name.Node)))
        {
            AddUse(name);
        }
    }

    /// <summary>Constants and read-only fields of the classes named …Limits.</summary>
    public IEnumerable<string> Limits() =>
        from type in Types(name => name.EndsWith("Limits", StringComparison.Ordinal))
        from member in type.Members.OfType<FieldDeclarationSyntax>()
        from variable in member.Declaration.Variables
        where !IsUsed(variable)
        select $"{_model.Location(variable)}: nothing uses the limit {variable.Identifier.Text}; enforce it, or remove it";

    /// <summary>Fields, properties and methods of the classes named …Metrics.</summary>
    public IEnumerable<string> Metrics() =>
        from type in Types(name => name.EndsWith("Metrics", StringComparison.Ordinal))
        from member in type.Members
        from declaration in Declarations(member)
        where !IsUsed(declaration.Node) && !IsUsedThroughInterface(type, declaration.Node)
        select $"{_model.Location(declaration.Node)}: nothing updates or reads {type.Identifier.Text}.{declaration.Name}; call it where its "
            + $"value changes, or remove it";

    private void AddUse(BoundName name)
    {
        if (name.Symbol.ContainingType is { TypeKind: TypeKind.Interface })
        {
            _usedInterfaceMembers.Add(name.Symbol);
        }

        foreach (var declaration in name.Symbol.DeclaringSyntaxReferences)
        {
            if (declaration.SyntaxTree != name.Node.SyntaxTree || !declaration.Span.Contains(name.Node.Span))
            {
                _used.Add((declaration.SyntaxTree.FilePath, declaration.Span.Start));
            }
        }
    }

    private bool IsUsedThroughInterface(TypeDeclarationSyntax type, SyntaxNode member)
    {
        var project = _model.Projects.Single(project => project.SourceFiles.Contains(type.SyntaxTree.FilePath));
        var semantics = _model.CompilationOf(project).GetSemanticModel(type.SyntaxTree);
        var implementation = semantics.GetDeclaredSymbol(member);
        return semantics.GetDeclaredSymbol(type)!.AllInterfaces.SelectMany(implemented => implemented.GetMembers())
            .Where(_usedInterfaceMembers.Contains)
            .Any(used => SymbolEqualityComparer.Default.Equals(implementation!.ContainingType.FindImplementationForInterfaceMember(used),
                implementation));
    }

    private IEnumerable<TypeDeclarationSyntax> Types(Func<string, bool> named) =>
        from project in _model.Projects
        from tree in _model.TreesOf(project)
        from type in tree.GetRoot().DescendantNodes().OfType<TypeDeclarationSyntax>()
        where named(type.Identifier.Text)
        select type;

    private static IEnumerable<(SyntaxNode Node, string Name)> Declarations(MemberDeclarationSyntax member) => member switch
    {
        BaseFieldDeclarationSyntax field => field.Declaration.Variables.Select(variable => ((SyntaxNode)variable, variable.Identifier.Text)),
        MethodDeclarationSyntax method => [(method, method.Identifier.Text)],
        PropertyDeclarationSyntax property => [(property, property.Identifier.Text)],
        EventDeclarationSyntax raised => [(raised, raised.Identifier.Text)],
        _ => [],
    };

    /// <summary>The left side of an assignment: a value that is only written is not used.</summary>
    private static bool IsOnlyAssigned(SyntaxNode name) =>
        name.Parent is AssignmentExpressionSyntax assignment && assignment.IsKind(SyntaxKind.SimpleAssignmentExpression) && assignment.Left == name;

    private bool IsUsed(SyntaxNode declaration) => _used.Contains((declaration.SyntaxTree.FilePath, declaration.Span.Start));
}
