namespace EtcdEdge.Server.Node;

/// <summary>
/// The node loop's one queue: many threads post, the loop takes everything at once. A lock around a list append costs tens of nanoseconds
/// and lets the loop drain a thousand inputs by swapping two lists; posting wakes the loop only when it sleeps.
/// The bound on proposals is kept where they are made (<see cref="Limits.MaxPendingProposals"/>); what the node itself posts is never refused.
/// </summary>
internal sealed class Inbox : IDisposable
{
    private readonly Lock _lock = new();
    private readonly ManualResetEventSlim _wake = new(false, spinCount: 0);
    private List<NodeInput> _posted = new(1024);
    private bool _closed;

    /// <summary>Any thread. False once the inbox is closed: the node is stopping and nobody will answer.</summary>
    public bool Post(NodeInputKind kind, object subject)
    {
        bool wasEmpty;
        lock (_lock)
        {
            if (_closed)
            {
                return false;
            }
            wasEmpty = _posted.Count == 0;
            _posted.Add(new NodeInput(kind, subject));
        }
        if (wasEmpty)
        {
            _wake.Set();
        }
        return true;
    }

    /// <summary>Any thread: ends the loop's sleep without an input.</summary>
    public void Wake() => _wake.Set();

    /// <summary>The loop's thread: waits at most <paramref name="timeoutMs"/> for an input, then swaps out all that were posted.</summary>
    public List<NodeInput> Take(List<NodeInput> emptied, int timeoutMs)
    {
        _wake.Wait(timeoutMs);
        lock (_lock)
        {
            _wake.Reset();
            var taken = _posted;
            _posted = emptied;
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
            return rest;
        }
    }

    public void Dispose() => _wake.Dispose();
}
