namespace EtcdEdge.StateMachine.V2;

/// <summary>Changes of an immutable tree: each copies the way from the root to the place that changes.</summary>
internal static class V2Tree
{
    /// <summary>
    /// The tree with <paramref name="node"/> at its path, replacing an existing node; missing directories are created, with the node's index.
    /// </summary>
    public static V2Node With(V2Node root, V2Node node) => With(root, V2Path.Names(node.Path), 0, node);

    /// <summary>The tree without the node at a path.</summary>
    public static V2Node Without(V2Node root, string path) => Without(root, V2Path.Names(path), 0);

    /// <summary>A node and all below it, parents first.</summary>
    public static IEnumerable<V2Node> Walk(V2Node top)
    {
        var waiting = new Stack<V2Node>([top]);
        while (waiting.TryPop(out var node))
        {
            yield return node;
            foreach (var child in node.Children.Values.Reverse())
            {
                waiting.Push(child);
            }
        }
    }

    private static V2Node With(V2Node directory, List<string> names, int at, V2Node node)
    {
        if (at == names.Count)
        {
            return node;
        }

        var child = directory.Children.GetValueOrDefault(names[at]) ?? new V2Node
        {
            Path = V2Path.Join(directory.Path, names[at]),
            IsDirectory = true,
            CreatedIndex = node.ModifiedIndex,
            ModifiedIndex = node.ModifiedIndex,
        };
        return directory with { Children = directory.Children.SetItem(names[at], With(child, names, at + 1, node)) };
    }

    private static V2Node Without(V2Node directory, List<string> names, int at) => directory with
    {
        Children = at == names.Count - 1
            ? directory.Children.Remove(names[at])
            : directory.Children.SetItem(names[at], Without(directory.Children[names[at]], names, at + 1)),
    };
}
