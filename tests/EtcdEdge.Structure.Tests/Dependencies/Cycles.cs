namespace EtcdEdge.Structure.Tests.Dependencies;

/// <summary>Strongly connected components (Tarjan's algorithm), and one shortest cycle in each.</summary>
internal sealed class Cycles
{
    private readonly ILookup<string, string> _edges;
    private readonly Dictionary<string, int> _index = [];
    private readonly Dictionary<string, int> _low = [];
    private readonly Stack<string> _stack = [];
    private readonly List<List<string>> _components = [];

    private Cycles(IEnumerable<(string From, string To)> edges) => _edges = edges.ToLookup(edge => edge.From, edge => edge.To);

    /// <summary>All components, dependencies first: a component comes after every component that it uses.</summary>
    public static List<List<string>> Components(IReadOnlyCollection<(string From, string To)> edges)
    {
        var search = new Cycles(edges);
        foreach (var node in edges.SelectMany(edge => new[] { edge.From, edge.To }).Distinct().Order(StringComparer.Ordinal))
        {
            if (!search._index.ContainsKey(node))
            {
                search.Visit(node);
            }
        }

        return search._components;
    }

    /// <summary>A shortest cycle in a component with more than one node; it starts and ends with the same node.</summary>
    public static List<string> Shortest(IReadOnlyCollection<(string From, string To)> edges, List<string> component)
    {
        var inside = edges.Where(edge => component.Contains(edge.From) && component.Contains(edge.To)).ToLookup(edge => edge.From, edge => edge.To);
        return component.Select(node => PathBack(inside, node)).MinBy(path => path.Count)!;
    }

    private static List<string> PathBack(ILookup<string, string> edges, string start)
    {
        var paths = new Queue<List<string>>([[start]]);
        var seen = new HashSet<string>();
        while (paths.TryDequeue(out var path))
        {
            foreach (var next in edges[path[^1]])
            {
                if (next == start)
                {
                    return [.. path, start];
                }

                if (seen.Add(next))
                {
                    paths.Enqueue([.. path, next]);
                }
            }
        }

        throw new InvalidOperationException($"{start} is in no cycle");
    }

    private void Visit(string node)
    {
        _index[node] = _low[node] = _index.Count;
        _stack.Push(node);
        foreach (var next in _edges[node].Order(StringComparer.Ordinal))
        {
            if (_index.TryGetValue(next, out var visited))
            {
                _low[node] = _stack.Contains(next) ? Math.Min(_low[node], visited) : _low[node];
                continue;
            }

            Visit(next);
            _low[node] = Math.Min(_low[node], _low[next]);
        }

        if (_low[node] == _index[node])
        {
            Pop(node);
        }
    }

    private void Pop(string node)
    {
        var component = new List<string>();
        do
        {
            component.Add(_stack.Peek());
        }
        while (_stack.Pop() != node);

        component.Sort(StringComparer.Ordinal);
        _components.Add(component);
    }
}
