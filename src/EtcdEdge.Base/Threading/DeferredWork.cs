namespace EtcdEdge.Base.Threading;

/// <summary>
/// What a thread does for several calls in a row ends in things that are better done once for all of them: a write to each connection, a turn of the
/// node loop. While a batch is open on this thread they are put off to its end.
/// </summary>
public sealed class DeferredWork
{
    [ThreadStatic]
    private static DeferredWork? t_current;

    private readonly List<IThreadPoolWorkItem> _atEnd = [];
    private readonly List<IThreadPoolWorkItem> _last = [];
    private bool _isOpen;
    private bool _hasSeveral;

    /// <summary>Opens a batch on this thread, where no other may be open; <see cref="Close"/> must follow.</summary>
    /// <param name="hasSeveral">More than one call: for a lone one nothing is gained by putting off the node loop's turn.</param>
    public static DeferredWork Open(bool hasSeveral)
    {
        var batch = t_current ??= new DeferredWork();
        (batch._isOpen, batch._hasSeveral) = (true, hasSeveral);
        return batch;
    }

    /// <summary>True when <paramref name="write"/> will be run at the end of this thread's batch; false when there is none.</summary>
    public static bool TryDefer(IThreadPoolWorkItem write)
    {
        if (t_current is not { _isOpen: true } batch)
        {
            return false;
        }

        batch._atEnd.Add(write);
        return true;
    }

    /// <summary>
    /// The same for work that may wait for the disk, and therefore runs after all writes; once, however often it is requested. Only in a batch of
    /// several calls.
    /// </summary>
    public static bool TryDeferLast(IThreadPoolWorkItem turn)
    {
        if (t_current is not { _isOpen: true, _hasSeveral: true } batch)
        {
            return false;
        }

        if (!batch._last.Contains(turn))
        {
            batch._last.Add(turn);
        }

        return true;
    }

    /// <summary>Runs what was put off.</summary>
    public void Close()
    {
        _isOpen = false;
        Run(_atEnd);
        Run(_last);
    }

    private static void Run(List<IThreadPoolWorkItem> items)
    {
        foreach (var item in items)
        {
            item.Execute();
        }

        items.Clear();
    }
}
