namespace EtcdEdge.Server.Node;

/// <summary>
/// The node loop's input queue: any thread posts, the thread that runs an iteration takes everything at once. A lock around a list append costs tens
/// of nanoseconds and lets an iteration take a thousand inputs by swapping two lists. Proposals are bounded where they are created (<see
/// cref="NodeLimits.MaxPendingProposals"/>); inputs of the node itself are never refused. Bytes of other members' messages are counted here, and the
/// connections that deliver them wait for room (<see cref="RoomAsync"/>).
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

    /// <summary>
    /// Completes when the loop has taken the queued inputs. Any thread; call it again afterwards, because several callers may have waited.
    /// </summary>
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

    /// <summary>Any thread. False once the inbox is closed: the node is stopping and the input will not be processed.</summary>
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
