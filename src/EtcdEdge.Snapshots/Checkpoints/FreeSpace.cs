using System.Globalization;
using EtcdEdge.Storage;

namespace EtcdEdge.Snapshots.Checkpoints;

/// <summary>
/// Checks the free disk space from time to time. Below the reserve the member raises NOSPACE while the log can still grow, so that deletes, a
/// compaction and disarming stay possible; the quota alone covers memory only. Checkpoints may use half of the reserve, since the one after a
/// compaction frees space; the other half is the log's.
/// </summary>
public sealed class FreeSpace(IDisk disk, IReadOnlyList<string> directories, long reserveBytes)
{
    /// <summary>ENOSPC, the same on all of Linux' processors.</summary>
    private const int NoSpace = 28;
    private long _nextLookMs = long.MinValue;
    private long _freeBytes = Least(disk, directories);

    /// <summary>
    /// Any thread: free bytes at the last check, on the fuller of the file systems; <see cref="long.MaxValue"/> when none reports it. The first check
    /// is at the start.
    /// </summary>
    public long Bytes => Interlocked.Read(ref _freeBytes);

    /// <summary>True once per look that finds less than the reserve.</summary>
    public bool IsShort(long nowMs)
    {
        if (nowMs < _nextLookMs)
        {
            return false;
        }

        _nextLookMs = nowMs + CheckpointFileLimits.FreeSpaceLookMs;
        Interlocked.Exchange(ref _freeBytes, Least(disk, directories));
        return Bytes < reserveBytes;
    }

    /// <summary>Asked before a piece of a checkpoint is written.</summary>
    /// <exception cref="DiskException">It would take what the log needs.</exception>
    public void RequireForCheckpoint()
    {
        if (Least(disk, directories) is var free && free < reserveBytes / 2)
        {
            throw new DiskException("write", directories[0], NoSpace, string.Create(
                CultureInfo.InvariantCulture, $"{free} bytes are free, and {reserveBytes / 2} are kept for the log; free some"));
        }
    }

    private static long Least(IDisk disk, IReadOnlyList<string> directories)
    {
        var least = long.MaxValue;
        foreach (var directory in directories)
        {
            try
            {
                least = Math.Min(least, disk.FreeSpace(directory));
            }
            catch (DiskException)
            {
                // A file system that does not report its space is not treated as full.
                continue;
            }
        }

        return least;
    }
}
