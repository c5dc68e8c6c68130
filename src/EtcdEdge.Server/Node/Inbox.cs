namespace EtcdEdge.Server.Node;

/// <summary>
/// The node loop's one queue: many threads post, whoever has the turn takes everything at once. A lock around a list append costs tens of
/// nanoseconds and lets a turn drain a thousand inputs by swapping two lists.
/// The bound on proposals is kept where they are made (<see cref="Limits.MaxPendingProposals"/>); what the node itself posts is never refused.
/// </summary>
internal sealed class Inbox
{
    private readonly Lock _lock = new();
    private List<NodeInput> _posted = new(1024);
    private int _count;
    private bool _closed;

    /// <summary>How many inputs wait. Any thread.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Any thread. False once the inbox is closed: the node is stopping and nobody will answer.</summary>
    public bool TryAdd(NodeInputKind kind, object subject)
    {
        lock (_lock)
        {
            if (_closed)
            {
                return false;
            }
            _posted.Add(new NodeInput(kind, subject));
            Volatile.Write(ref _count, _posted.Count);
            return true;
        }
    }

    /// <summary>Swaps out all that were posted, for a list that has been emptied.</summary>
    public List<NodeInput> Take(List<NodeInput> emptied)
    {
        lock (_lock)
        {
            var taken = _posted;
            _posted = emptied;
            Volatile.Write(ref _count, 0);
            return taken;
        }
    }

    /// <summary>Refuses all further posts, and returns what was posted but not taken.</summary>
    public List<NodeInput> Close()
    {
        lock (_lock)
        {
            _closed = true;
            var rest = _posted;
            _posted = [];
            Volatile.Write(ref _count, 0);
            return rest;
        }
    }
}
