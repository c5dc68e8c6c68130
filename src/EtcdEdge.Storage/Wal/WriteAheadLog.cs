using EtcdEdge.Raft.Model;

namespace EtcdEdge.Storage.Wal;

/// <summary>
/// Raft's log on the disk. Two threads share it, each with its own verbs: the node loop appends, seals and returns groups; the disk
/// thread writes them, one at a time and in the order they were sealed, and maintains the segments. What is in a group is durable when
/// <see cref="Write"/> returns, and not before. An exception from <see cref="Write"/> is final: the process must end.
/// </summary>
public sealed partial class WriteAheadLog : IDisposable
{
    private readonly Stack<WalGroup> _pool = new();
    private HardState _hardState;
    private WalGroup? _open;
    private long _sealedBytes;

    /// <summary>Node loop: whether <see cref="Seal"/> has something to give.</summary>
    public bool HasPending => _open is not null;

    /// <summary>Node loop: bytes in the open group; what the caller bounds its in-flight requests by.</summary>
    public int PendingBytes => _open?.Bytes ?? 0;

    /// <summary>Any thread: bytes of all files of the log, spares included.</summary>
    public long BytesOnDisk => _counters.BytesOnDisk;

    /// <summary>Any thread: bytes of the segments that hold entries not yet released, or that wait to be freed.</summary>
    public long BytesInUse => _counters.BytesInUse;

    /// <summary>Node loop: bytes of groups that are not on the disk yet, the open one included.</summary>
    public long BytesUnwritten => _sealedBytes + PendingBytes;

    /// <summary>Any thread.</summary>
    public WalStatistics Statistics => _counters.Snapshot;

    /// <summary>
    /// Node loop: adds to the open group, copying the entries' bytes. A hard state that differs from the last one only in its commit opens no
    /// group: it is a hint, and goes out with the next one that has a reason to be written.
    /// </summary>
    public void Append(in HardState hardState, ReadOnlySpan<Entry> entries)
    {
        var mustSync = !entries.IsEmpty || hardState.Term != _hardState.Term || hardState.Vote != _hardState.Vote;
        _hardState = hardState;
        if (mustSync)
        {
            _open ??= TakeGroup();
            _open.Append(entries);
        }
    }

    /// <summary>Node loop: as <see cref="Append"/> without entries, for a commit that is no hint: it opens a group of its own if need be.</summary>
    public void AppendCommit(in HardState hardState)
    {
        _hardState = hardState;
        _open ??= TakeGroup();
    }

    /// <summary>Node loop: closes the open group and hands it over, for the disk thread; null when nothing is pending.</summary>
    public WalGroup? Seal()
    {
        var group = _open;
        _open = null;
        if (group is not null)
        {
            group.HardState = _hardState;
            _sealedBytes += group.Bytes;
        }

        return group;
    }

    /// <summary>Node loop: gives a written group back for reuse.</summary>
    public void Return(WalGroup group)
    {
        _sealedBytes -= group.Bytes;
        Pool(group);
    }

    private void Pool(WalGroup group)
    {
        if (group.Buffer.Capacity > WalLimits.GroupBufferPooledMax || _pool.Count >= WalLimits.GroupsPooledMax)
        {
            group.Buffer.Dispose();
        }
        else
        {
            _pool.Push(group);
        }
    }

    /// <summary>
    /// Any thread: entries below <paramref name="index"/> are no longer needed from this log. The disk thread frees the segments that hold
    /// nothing else when it next runs <see cref="Maintain"/>.
    /// </summary>
    public void ReleaseBefore(ulong index)
    {
        ulong known;
        do
        {
            known = Volatile.Read(ref _releaseBefore);
        }
        while (index > known && Interlocked.CompareExchange(ref _releaseBefore, index, known) != known);
    }

    private WalGroup TakeGroup()
    {
        var group = _pool.Count > 0 ? _pool.Pop() : new WalGroup();
        group.Clear();
        return group;
    }
}
