using EtcdEdge.Raft.Model;
using EtcdEdge.Storage.Wal;

namespace EtcdEdge.Storage.DiskTest;

/// <summary>
/// Measures what a write costs on a disk, with the log itself: entries of an idle cluster's size, one group after the other, each flushed, over
/// segments that were zero-filled before.
/// </summary>
/// <param name="disk">The disk.</param>
/// <param name="directory">An empty directory on it; the caller's to remove, with what the trial leaves there.</param>
/// <param name="time">The clock.</param>
public sealed class DiskTrial(IDisk disk, string directory, TimeProvider time)
{
    private readonly List<TimeSpan> _syncs = [];
    private long _bytes;

    /// <summary>
    /// Runs until <paramref name="duration"/> has passed or <paramref name="cancel"/> is cancelled; what has been measured until then counts.
    /// </summary>
    /// <param name="duration">How long.</param>
    /// <param name="counters">Reads the device's counters; called before and after.</param>
    /// <param name="progress">Told now and then how much of the time has passed, 0 to 1, and how many flushes were made.</param>
    /// <param name="cancel">Ends it early.</param>
    /// <exception cref="DiskException">The disk refuses.</exception>
    public DiskTrialResult Run(TimeSpan duration, Func<DeviceCounters?> counters, Action<double, int> progress, CancellationToken cancel)
    {
        var options = new WalOptions { ClusterId = 1, MemberId = 1, Create = true, Time = time, Flushed = Note };
        using var log = WriteAheadLog.Open(disk, directory, options, NoReplay.Instance).Log!;
        while (log.Maintain() && !cancel.IsCancellationRequested)
        {
            progress(0, 0);
        }

        _syncs.Clear();
        _bytes = 0;
        var before = counters();
        var started = time.GetTimestamp();
        for (ulong index = 1; time.GetElapsedTime(started) is var passed && passed < duration && !cancel.IsCancellationRequested; index++)
        {
            WriteGroup(log, index);
            progress(passed / duration, _syncs.Count);
        }

        return DiskTrialResult.Of(_syncs, _bytes, before, counters());
    }

    private static void WriteGroup(WriteAheadLog log, ulong index)
    {
        log.Append(new HardState(1, 1, index - 1), [new Entry(1, index, EntryType.Normal, new byte[DiskTestLimits.TrialEntryBytes])]);
        var group = log.Seal()!;
        log.Write(group);
        log.Return(group);
        log.ReleaseBefore(index);
        log.Maintain();
    }

    private void Note(WalFlush flush)
    {
        _syncs.Add(flush.Sync);
        _bytes += flush.Bytes;
    }
}
