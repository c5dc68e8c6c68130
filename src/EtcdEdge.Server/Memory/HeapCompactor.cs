namespace EtcdEdge.Server.Memory;

/// <summary>
/// Returns to the system what a start, a checkpoint or a load leaves in the heap: dead objects too old for the cheap collections, holes between live
/// ones, and the room that the collector reserves; together as much as a small store. In the next quiet moment the heap is compacted, which stops all
/// threads for about as long as the previous time; where that would be noticed, or when no quiet moment comes, it is only collected, concurrently.
/// One thread.
/// </summary>
internal sealed class HeapCompactor(IHeap heap)
{
    private double _msPerByte = MemoryLimits.MemoryPauseMsPerMiB / (1 << 20);
    private long _dueSinceMs;
    private long _loggedBytes;
    private long _lookedMs;
    private long _allocatedBytes;

    /// <summary>There may be something to give back.</summary>
    public bool IsDue { get; private set; }

    /// <summary>A start or a checkpoint has ended.</summary>
    public void Disturbed(long nowMs)
    {
        Begin(nowMs);
        LookFrom(nowMs);
    }

    /// <summary>To be called about every <see cref="MemoryLimits.MemoryLookMs"/> while something is due.</summary>
    /// <param name="nowMs">The monotonic clock.</param>
    /// <param name="loggedBytes">Written to the log since the process began.</param>
    public void Look(long nowMs, long loggedBytes)
    {
        if (loggedBytes - _loggedBytes >= MemoryLimits.MemoryGrowthBytes)
        {
            _loggedBytes = loggedBytes;
            Begin(nowMs);
        }

        if (!IsDue || nowMs - _lookedMs < MemoryLimits.MemoryLookMs)
        {
            return;
        }

        var isQuiet = heap.AllocatedBytes - _allocatedBytes <= MemoryLimits.MemoryQuietBytes;
        if (isQuiet || nowMs - _dueSinceMs >= MemoryLimits.MemoryPatienceMs)
        {
            Tidy(isQuiet);
            (IsDue, _loggedBytes) = (false, loggedBytes);
        }

        LookFrom(nowMs);
    }

    private void Begin(long nowMs)
    {
        _dueSinceMs = IsDue ? _dueSinceMs : nowMs;
        IsDue = true;
    }

    private void LookFrom(long nowMs) => (_lookedMs, _allocatedBytes) = (nowMs, heap.AllocatedBytes);

    private void Tidy(bool isQuiet)
    {
        if (!isQuiet || heap.HeldBytes * _msPerByte > MemoryLimits.MemoryPauseMs)
        {
            heap.CollectBeside();
            return;
        }

        var done = heap.Compact();
        if (done.LiveBytes >= MemoryLimits.MemoryTellingBytes)
        {
            _msPerByte = done.Pause.TotalMilliseconds / done.LiveBytes;
        }
    }
}
