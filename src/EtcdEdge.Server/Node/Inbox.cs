namespace EtcdEdge.Server.Node;

/// <summary>
/// The node loop's one queue: many threads post, whoever has the turn takes everything at once. A lock around a list append costs tens of
/// nanoseconds and lets a turn drain a thousand inputs by swapping two lists.
/// The bound on proposals is kept where they are made (<see cref="NodeLimits.MaxPendingProposals"/>); what the node itself posts is never refused.
/// What other members send is counted here, and whoever brings it waits for room (<see cref="RoomAsync"/>).
/// </summary>
internal sealed class Inbox
{
    private readonly Lock _lock = new();
    private List<NodeInput> _posted = new(1024);
    private TaskCompletionSource? _room;
    private int _count;
    private int _urgent;
    private long _peerBytes;
    private bool _closed;

    /// <summary>How many inputs wait. Any thread.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Whether something else than proposals waits: those may wait for the disk, this may not. Any thread.</summary>
    public bool HasUrgent => Volatile.Read(ref _urgent) > 0;

    /// <summary>Whether another member's input may come in now.</summary>
    public bool HasRoom => Interlocked.Read(ref _peerBytes) < NodeLimits.PeerBytesInInbox;

    /// <summary>Completes when the loop has taken what is there. Any thread; to be asked again, since several may have waited.</summary>
    public Task RoomAsync()
    {
        lock (_lock)
        {
            if (HasRoom || _closed)
            {
                return Task.CompletedTask;
            }

            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task;
        }
    }

    /// <summary>Any thread. False once the inbox is closed: the node is stopping and nobody will answer.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="subject">The object it is about.</param>
    /// <param name="peerBytes">What another member's input weighs; 0 for this node's own.</param>
    public bool TryAdd(NodeInputKind kind, object subject, long peerBytes = 0)
    {
        lock (_lock)
        {
            if (_closed)
            {
                return false;
            }

            _posted.Add(new NodeInput(kind, subject));
            Volatile.Write(ref _count, _posted.Count);
            Volatile.Write(ref _urgent, _urgent + (kind == NodeInputKind.Propose ? 0 : 1));
            Interlocked.Add(ref _peerBytes, peerBytes);
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
            MakeRoom();
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
            MakeRoom();
            return rest;
        }
    }

    private void MakeRoom()
    {
        Volatile.Write(ref _count, 0);
        Volatile.Write(ref _urgent, 0);
        Interlocked.Exchange(ref _peerBytes, 0);
        _room?.SetResult();
        _room = null;
    }
}
