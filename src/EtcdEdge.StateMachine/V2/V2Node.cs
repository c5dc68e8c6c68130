using System.Collections.Immutable;
using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.StateMachine.V2;

/// <summary>A file or directory of the v2 store at one moment. Immutable.</summary>
public sealed record V2Node
{
    private static readonly ImmutableSortedDictionary<string, V2Node> s_noChildren =
        ImmutableSortedDictionary.Create<string, V2Node>(Utf8Order.Instance);

    /// <summary>"/a/b"; the root is "/".</summary>
    public required string Path { get; init; }

    /// <summary>A file's value; null for a directory, and in events that are about a node's end.</summary>
    public string? Value { get; init; }

    public bool IsDirectory { get; init; }

    public ulong CreatedIndex { get; init; }

    public ulong ModifiedIndex { get; init; }

    /// <summary>When it ends, in nanoseconds since 1970; 0 is never.</summary>
    public long ExpirationNanos { get; init; }

    /// <summary>A directory's nodes by name, in the order of their bytes; events carry none.</summary>
    public ImmutableSortedDictionary<string, V2Node> Children { get; init; } = s_noChildren;

    /// <summary>Hidden nodes are left out of their directory's listing.</summary>
    public bool IsHidden => Path.AsSpan(Path.LastIndexOf('/') + 1).StartsWith("_");

    /// <summary>The node without what is below it, as events show it.</summary>
    public V2Node Alone => Children.IsEmpty ? this : this with { Children = s_noChildren };

    internal long OwnBytes => Path.Length + (Value?.Length ?? 0) + V2StoreLimits.V2NodeOverheadBytes;
}
