using Microsoft.CodeAnalysis;

namespace EtcdEdge.Structure.Tests.Model;

/// <summary>One name in the source, and the type or member of this repository or of a library that it refers to.</summary>
/// <param name="Project">The project whose code contains the name.</param>
/// <param name="Node">The name, or the "new" of an object creation without a type name.</param>
/// <param name="Symbol">Its declaration: not constructed, and for an extension method the static method.</param>
internal sealed record BoundName(SourceProject Project, SyntaxNode Node, ISymbol Symbol)
{
    /// <summary>"WatchHub.Notify" for a member, "WatchHub" for a type.</summary>
    public string DisplayName => Symbol is { ContainingType: { } type } ? $"{type.Name}.{Symbol.Name}" : Symbol.Name;

    public string File => Node.SyntaxTree.FilePath;
}
