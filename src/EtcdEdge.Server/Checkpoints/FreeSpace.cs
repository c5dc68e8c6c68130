using EtcdEdge.Storage;

namespace EtcdEdge.Server.Checkpoints;

/// <summary>
/// Looks at the real free space now and then. Below the reserve the member raises NOSPACE while the log can still go on for a while, so that deletes,
/// a compaction and the disarming stay possible; the quota alone would only know of memory.
/// </summary>
internal sealed class FreeSpace(IDisk disk, IReadOnlyList<string> directories, long reserveBytes)
{
    private long _nextLookMs = long.MinValue;
    private long _freeBytes = long.MaxValue;

    /// <summary>Any thread: bytes free at the last look, on the fuller of the file systems.</summary>
    public long Bytes => Interlocked.Read(ref _freeBytes);

    /// <summary>True once per look that finds less than the reserve.</summary>
    public bool IsShort(long nowMs)
    {
        if (nowMs < _nextLookMs)
        {
            return false;
        }
        _nextLookMs = nowMs + Limits.FreeSpaceLookMs;
        Interlocked.Exchange(ref _freeBytes, Least());
        return Bytes < reserveBytes;
    }

    private long Least()
    {
        long least = long.MaxValue;
        foreach (string directory in directories)
        {
            try
            {
                least = Math.Min(least, disk.FreeSpace(directory));
            }
            catch (DiskException)
            {
                // A file system that does not say is not a full one.
                continue;
            }
        }
        return least;
    }
}
