using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace EtcdEdge.Structure.Tests.Style;

/// <summary>Rules for one C# file. Each returns one line per violation: "file:line: what is wrong, and what to do".</summary>
internal static class CodeRules
{
    public const int FunctionLinesMax = 70;
    public const int FileLinesMax = 500;

    public static IEnumerable<string> LongFunctions(string file, SyntaxTree tree) =>
        from node in tree.GetRoot().DescendantNodes()
        where node is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax or AnonymousFunctionExpressionSyntax
        let span = node.GetLocation().GetLineSpan()
        let lines = span.EndLinePosition.Line - span.StartLinePosition.Line + 1
        where lines > FunctionLinesMax
        select $"{At(file, node)}: {NameOf(node)} has {lines} lines; split it, the limit is {FunctionLinesMax}";

    public static IEnumerable<string> LongFile(string file, SyntaxTree tree)
    {
        var lines = tree.GetText().Lines.Count;
        return lines > FileLinesMax ? [$"{file}:{FileLinesMax}: the file has {lines} lines; split it, the limit is {FileLinesMax}"] : [];
    }

    /// <summary>A public type has a documentation comment, on one of its parts if it is partial.</summary>
    public static IEnumerable<string> UndocumentedTypes(IReadOnlyCollection<(string File, SyntaxTree Tree)> files)
    {
        var types = from file in files
                    from node in file.Tree.GetRoot().DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
                    where IsPublic(node)
                    group (file.File, Node: node) by QualifiedName(node);
        return from type in types
               where !type.Any(part => part.Node.GetLeadingTrivia().Any(IsDocumentation))
               select $"{At(type.First().File, type.First().Node)}: the public type {type.Key} has no documentation comment; add a summary";
    }

    /// <summary>A comment whose text is a complete statement.</summary>
    public static IEnumerable<string> CommentedOutCode(string file, SyntaxTree tree) =>
        from trivia in tree.GetRoot().DescendantTrivia()
        where trivia.IsKind(SyntaxKind.SingleLineCommentTrivia) && IsCode(trivia.ToString().TrimStart('/').Trim())
        select $"{file}:{trivia.GetLocation().GetLineSpan().StartLinePosition.Line + 1}: the comment is code: {trivia}; remove it, or say in "
            + $"words what it explains";

    private static bool IsCode(string text)
    {
        var looksLikeStatement = text.EndsWith(';') && text.AsSpan().IndexOfAny('(', '=', '.') >= 0;
        var opensBlock = text.EndsWith('{') || text is "}";
        var statement = SyntaxFactory.ParseStatement(text);
        return opensBlock || (looksLikeStatement && !statement.ContainsDiagnostics && statement.FullSpan.Length == text.Length);
    }

    private static string At(string file, SyntaxNode node) => $"{file}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}";

    private static string NameOf(SyntaxNode node) => node switch
    {
        MethodDeclarationSyntax method => method.Identifier.Text,
        LocalFunctionStatementSyntax function => function.Identifier.Text,
        ConstructorDeclarationSyntax constructor => constructor.Identifier.Text,
        AccessorDeclarationSyntax accessor => accessor.Keyword.Text,
        _ => "the function",
    };

    private static bool IsPublic(BaseTypeDeclarationSyntax type) =>
        type.Modifiers.Any(SyntaxKind.PublicKeyword) && (type.Parent is not BaseTypeDeclarationSyntax outer || IsPublic(outer));

    private static string QualifiedName(BaseTypeDeclarationSyntax type) =>
        string.Join('.', type.AncestorsAndSelf().Reverse().Select(node => node switch
        {
            BaseNamespaceDeclarationSyntax space => space.Name.ToString(),
            TypeDeclarationSyntax generic => generic.Identifier.Text + generic.TypeParameterList,
            BaseTypeDeclarationSyntax plain => plain.Identifier.Text,
            _ => "",
        }).Where(name => name.Length > 0));

    private static bool IsDocumentation(SyntaxTrivia trivia) =>
        trivia.IsKind(SyntaxKind.SingleLineDocumentationCommentTrivia) || trivia.IsKind(SyntaxKind.MultiLineDocumentationCommentTrivia);
}
