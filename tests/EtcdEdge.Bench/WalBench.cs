using System.Diagnostics;
using System.Globalization;
using EtcdEdge.Raft.Model;
using EtcdEdge.Storage;
using EtcdEdge.Storage.Wal;

namespace EtcdEdge.Bench;

/// <summary>Group commits on a real directory: what a flush costs, and what the log adds to it.</summary>
internal static class WalBench
{
    private static readonly (int EntryBytes, int EntriesPerGroup)[] Patterns = [(500, 1), (500, 16), (500, 256), (100_000, 1), (1_000_000, 8)];

    public static void Run(string parent, int groups)
    {
        Console.WriteLine(
            "| entry bytes | entries/group | groups | p50 us | p99 us | fdatasync p50 us | log's own p50 us | MB/s "
            + "| bytes written/entry | allocated bytes/group |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        foreach (var (entryBytes, entriesPerGroup) in Patterns)
        {
            var bytes = (long)entryBytes * entriesPerGroup;
            Measure(parent, entryBytes, entriesPerGroup, (int)Math.Clamp(500_000_000 / bytes, 10, groups));
        }
    }

    private static void Measure(string parent, int entryBytes, int entriesPerGroup, int groups)
    {
        var directory = Path.Combine(parent, $"etcdedge-bench-{Environment.ProcessId}");
        Directory.CreateDirectory(directory);
        var syncs = new List<double>();
        var options = new WalOptions { ClusterId = 1, MemberId = 1, Create = true, Flushed = flush => syncs.Add(flush.Sync.TotalMicroseconds) };
        using (var log = WriteAheadLog.Open(new FileDisk(), directory, options, NoReplay.Instance).Log!)
        {
            Warm(log);
            syncs.Clear();
            var before = log.Statistics;
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var totals = Commit(log, new byte[entryBytes], entriesPerGroup, groups);
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            Print(entryBytes, entriesPerGroup, totals, syncs, log.Statistics.BytesWritten - before.BytesWritten, allocated);
        }

        Directory.Delete(directory, recursive: true);
    }

    // The spare is prepared and the code compiled before the clock runs, as in a daemon that has been up for a minute.
    private static void Warm(WriteAheadLog log)
    {
        _ = Commit(log, new byte[100], 1, 20);
        while (log.Maintain())
        {
        }
    }

    private static List<double> Commit(WriteAheadLog log, byte[] data, int entriesPerGroup, int groups)
    {
        var totals = new List<double>(groups);
        var entries = new Entry[entriesPerGroup];
        ulong index = 0;
        for (var group = 0; group < groups; group++)
        {
            for (var i = 0; i < entries.Length; i++)
            {
                entries[i] = new Entry(1, ++index, EntryType.Normal, data);
            }

            var started = Stopwatch.GetTimestamp();
            log.Append(new HardState(1, 1, index), entries);
            var sealedGroup = log.Seal()!;
            log.Write(sealedGroup);
            log.Return(sealedGroup);
            totals.Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds);
            log.ReleaseBefore(index);
            while (log.Maintain())
            {
            }
        }

        return totals;
    }

    private static void Print(int entryBytes, int perGroup, List<double> totals, List<double> syncs, long written, long allocated)
    {
        var seconds = totals.Sum() / 1e6;
        var payload = (double)entryBytes * perGroup * totals.Count;
        var own = Percentile(totals.Zip(syncs, (total, sync) => total - sync), 0.5);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {entryBytes} | {perGroup} | {totals.Count} | {Percentile(totals, 0.5):F0} | {Percentile(totals, 0.99):F0} ")
            + string.Create(
            CultureInfo.InvariantCulture,
            $"| {Percentile(syncs, 0.5):F0} | {own:F0} | {payload / seconds / 1e6:F1} | {written / (double)(perGroup * totals.Count):F0} | "
                + $"{allocated / totals.Count} |"));
    }

    private static double Percentile(IEnumerable<double> values, double at)
    {
        var sorted = values.Order().ToList();
        return sorted[(int)(at * (sorted.Count - 1))];
    }
}
