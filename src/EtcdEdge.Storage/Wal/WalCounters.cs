namespace EtcdEdge.Storage.Wal;

/// <summary>Counted on the disk thread, read by any.</summary>
internal sealed class WalCounters
{
    private long _groups;
    private long _entries;
    private long _groupBytes;
    private long _written;
    private long _syncs;
    private long _started;
    private long _recycled;
    private long _onDisk;
    private long _inUse;

    public long BytesOnDisk => Interlocked.Read(ref _onDisk);

    public long BytesInUse => Interlocked.Read(ref _inUse);

    public WalStatistics Snapshot => new(
        Interlocked.Read(ref _groups),
        Interlocked.Read(ref _entries),
        Interlocked.Read(ref _groupBytes),
        Interlocked.Read(ref _written),
        Interlocked.Read(ref _syncs),
        Interlocked.Read(ref _started),
        Interlocked.Read(ref _recycled));

    public void AddGroup(int entries, long bytes)
    {
        Interlocked.Add(ref _groupBytes, bytes);
        Interlocked.Increment(ref _groups);
        Interlocked.Add(ref _entries, entries);
    }

    public void AddWritten(long bytes) => Interlocked.Add(ref _written, bytes);

    public void AddSync() => Interlocked.Increment(ref _syncs);

    public void AddStarted() => Interlocked.Increment(ref _started);

    public void AddRecycled() => Interlocked.Increment(ref _recycled);

    public void AddInUse(long bytes) => Interlocked.Add(ref _inUse, bytes);

    public void AddOnDisk(long bytes) => Interlocked.Add(ref _onDisk, bytes);
}
