namespace EtcdEdge.StateMachine.Watch;

/// <summary>
/// Groups of watchers by range [key, end): an AVL tree ordered by key then end, each node knowing the greatest end below it, so that the
/// ranges around a key are found without looking at the others (Cormen et al., Introduction to Algorithms, interval trees).
/// </summary>
internal sealed class IntervalTree
{
    private Node? _root;

    /// <summary>The group of exactly this range, new when there is none.</summary>
    public WatcherGroup GetOrAdd(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> end)
    {
        _root = Insert(_root, key, end, out var group);
        return group;
    }

    public void Remove(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> end) => _root = Remove(_root, key, end);

    /// <summary>Appends the groups whose range holds the key, in order of range.</summary>
    public void Stab(ReadOnlySpan<byte> key, List<WatcherGroup> found) => Stab(_root, key, found);

    private static void Stab(Node? node, ReadOnlySpan<byte> key, List<WatcherGroup> found)
    {
        while (node is not null && IsBefore(key, node.MaxEnd.Span))
        {
            Stab(node.Left, key, found);
            if (node.Group.Key.Span.SequenceCompareTo(key) > 0)
            {
                return;
            }

            if (IsBefore(key, node.Group.RangeEnd.Span))
            {
                found.Add(node.Group);
            }

            node = node.Right;
        }
    }

    private static Node Insert(Node? node, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> end, out WatcherGroup group)
    {
        if (node is null)
        {
            group = new WatcherGroup(key, end);
            return new Node(group);
        }

        var order = Compare(key, end, node.Group);
        if (order < 0)
        {
            node.Left = Insert(node.Left, key, end, out group);
        }
        else if (order > 0)
        {
            node.Right = Insert(node.Right, key, end, out group);
        }
        else
        {
            group = node.Group;
        }

        return Balance(node);
    }

    private static Node? Remove(Node? node, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> end)
    {
        if (node is null)
        {
            return null;
        }

        var order = Compare(key, end, node.Group);
        if (order < 0)
        {
            node.Left = Remove(node.Left, key, end);
        }
        else if (order > 0)
        {
            node.Right = Remove(node.Right, key, end);
        }
        else if (node.Left is null || node.Right is null)
        {
            return node.Left ?? node.Right;
        }
        else
        {
            var right = RemoveFirst(node.Right, out var next);
            next.Left = node.Left;
            next.Right = right;
            node = next;
        }

        return Balance(node);
    }

    private static Node? RemoveFirst(Node node, out Node first)
    {
        if (node.Left is null)
        {
            first = node;
            return node.Right;
        }

        node.Left = RemoveFirst(node.Left, out first);
        return Balance(node);
    }

    private static Node Balance(Node node)
    {
        node.Update();
        var tilt = Node.HeightOf(node.Left) - Node.HeightOf(node.Right);
        if (tilt > 1)
        {
            if (Node.HeightOf(node.Left!.Left) < Node.HeightOf(node.Left.Right))
            {
                node.Left = RotateLeft(node.Left);
            }

            return RotateRight(node);
        }

        if (tilt < -1)
        {
            if (Node.HeightOf(node.Right!.Right) < Node.HeightOf(node.Right.Left))
            {
                node.Right = RotateRight(node.Right);
            }

            return RotateLeft(node);
        }

        return node;
    }

    private static Node RotateLeft(Node node)
    {
        var up = node.Right!;
        node.Right = up.Left;
        up.Left = node;
        node.Update();
        up.Update();
        return up;
    }

    private static Node RotateRight(Node node)
    {
        var up = node.Left!;
        node.Left = up.Right;
        up.Right = node;
        node.Update();
        up.Update();
        return up;
    }

    private static int Compare(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> end, WatcherGroup group)
    {
        var order = key.Span.SequenceCompareTo(group.Key.Span);
        return order != 0 ? order : CompareEnds(end.Span, group.RangeEnd.Span);
    }

    /// <summary>An end of one zero byte is no end at all: it is after every key and every other end.</summary>
    private static bool IsOpen(ReadOnlySpan<byte> end) => end.Length == 1 && end[0] == 0;

    private static bool IsBefore(ReadOnlySpan<byte> key, ReadOnlySpan<byte> end) => IsOpen(end) || key.SequenceCompareTo(end) < 0;

    private static int CompareEnds(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y) => (IsOpen(x), IsOpen(y)) switch
    {
        (true, true) => 0,
        (true, false) => 1,
        (false, true) => -1,
        _ => x.SequenceCompareTo(y),
    };

    private sealed class Node(WatcherGroup group)
    {
        private int _height = 1;

        public WatcherGroup Group { get; } = group;

        /// <summary>Invariant: the greatest end in this subtree.</summary>
        public ReadOnlyMemory<byte> MaxEnd { get; private set; } = group.RangeEnd;

        public Node? Left { get; set; }

        public Node? Right { get; set; }

        public static int HeightOf(Node? node) => node?._height ?? 0;

        public void Update()
        {
            _height = 1 + Math.Max(HeightOf(Left), HeightOf(Right));
            MaxEnd = Later(Group.RangeEnd, Later(Left?.MaxEnd, Right?.MaxEnd));
        }

        private static ReadOnlyMemory<byte> Later(ReadOnlyMemory<byte> end, ReadOnlyMemory<byte>? other) =>
            other is { } known && CompareEnds(known.Span, end.Span) > 0 ? known : end;

        private static ReadOnlyMemory<byte>? Later(ReadOnlyMemory<byte>? x, ReadOnlyMemory<byte>? y) =>
            x is { } known ? Later(known, y) : y;
    }
}
