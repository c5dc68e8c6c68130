using EtcdEdge.Base;
using EtcdEdge.Storage.Wal;

namespace EtcdEdge.Storage.Tests.Wal;

// Goal: a disk that refuses ends the log loudly, and never loses what was acknowledged. Method: faults of the simulated disk.
public sealed class DiskFailureTests
{
    [Fact]
    public void A_failed_flush_is_final()
    {
        var bench = new LogBench();
        bench.MustOpen();
        bench.Commit(LogBench.Entry(1));
        bench.Disk.FailNextFlush(LogBench.Segment(1));
        var failure = Assert.Throws<DiskException>(() => bench.Commit(LogBench.Entry(2)));
        Assert.StartsWith($"fdatasync {LogBench.Segment(1)}: EIO: the disk failed to read or write", failure.Message, StringComparison.Ordinal);
        Assert.Throws<InvariantException>(() => bench.Commit(LogBench.Entry(2)));
        Assert.Throws<InvariantException>(() => bench.Log!.Maintain());
        bench.CutPower();
        Assert.Equal(1UL, bench.MustOpen().LastIndex);
    }

    [Fact]
    public void A_full_disk_stops_the_log_only_when_its_reserve_is_used()
    {
        DiskException? spareFailure = null;
        var bench = new LogBench();
        bench.Options = bench.Options with { SpareFailed = failed => spareFailure = failed };
        bench.MustOpen();
        bench.Maintain();
        bench.Disk.Capacity = 2 * LogBench.SegmentSize;
        ulong index = 0;
        DiskException? failure = null;
        while (failure is null)
        {
            failure = Record.Exception(() => bench.Commit(LogBench.Entry(index + 1))) as DiskException;
            index += failure is null ? 1UL : 0UL;
            _ = failure is null && bench.Log!.Maintain();
        }

        Assert.Equal(DiskFault.Full, failure.Fault);
        Assert.Equal(DiskFault.Full, spareFailure?.Fault);
        Assert.Equal(29UL, index);
        bench.CutPower();
        Assert.Equal(index, bench.MustOpen().LastIndex);
    }

    [Fact]
    public void A_full_disk_is_survived_when_segments_are_released_in_time()
    {
        var bench = new LogBench();
        bench.MustOpen();
        bench.Maintain();
        bench.Disk.Capacity = 3 * LogBench.SegmentSize;
        for (ulong index = 1; index < 300; index++)
        {
            bench.Commit(LogBench.Entry(index));
            bench.Log!.ReleaseBefore(index);
            bench.Maintain();
        }

        Assert.Equal(299, bench.Log!.Statistics.Entries);
    }

    [Fact]
    public void A_first_start_on_a_full_disk_says_so_and_leaves_nothing_that_hinders_the_next()
    {
        var bench = new LogBench();
        bench.Disk.Capacity = 1000;
        Assert.Equal(DiskFault.Full, Assert.Throws<DiskException>(bench.Open).Fault);
        bench.Disk.Capacity = long.MaxValue;
        bench.Kill();
        bench.Options = bench.Options with { Create = true };
        bench.MustOpen();
    }

    [Fact]
    public void Groups_are_measured_and_counted()
    {
        var bench = new LogBench();
        var flushes = new List<WalFlush>();
        bench.Options = bench.Options with { Flushed = flushes.Add };
        bench.MustOpen();
        var before = bench.Log!.Statistics;
        bench.Commit(LogBench.Entry(1), LogBench.Entry(2));
        var after = bench.Log.Statistics;
        Assert.Equal((2, 4096L), (flushes[^1].Entries, flushes[^1].Bytes));
        Assert.Equal((1, 2), (after.Groups - before.Groups, after.Entries - before.Entries));
        Assert.Equal((4096, 1), (after.BytesWritten - before.BytesWritten, after.Syncs - before.Syncs));
    }

    [Fact]
    public void One_group_is_one_write_and_one_flush_and_changes_no_names()
    {
        var bench = new LogBench();
        bench.MustOpen();
        var calls = new List<string>();
        bench.Disk.BeforeChange = (call, _) => calls.Add(call);
        bench.Commit(LogBench.Entry(1), LogBench.Entry(2, 9000));
        Assert.Equal(["pwrite", "fdatasync"], calls);
    }
}
