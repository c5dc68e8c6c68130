using EtcdEdge.Storage.DiskTest;
using EtcdEdge.Testing;

namespace EtcdEdge.Storage.Tests.DiskTest;

// Goal: the trial measures flushes of the log's own pattern and judges them by their slow end. Method: a simulated disk whose flushes take as
// long as the test says, on a clock that only the disk moves.
public sealed class DiskTrialTests
{
    private readonly SimDisk _disk = new(seed: 1);
    private readonly StepTime _time = new();
    private int _syncs;

    public DiskTrialTests()
    {
        _disk.CreateDirectory("/trial");
    }

    [Fact]
    public void Percentiles_are_those_of_the_flushes()
    {
        var result = Run(20, sync => sync % 20 == 0 ? 50 : 2);
        Assert.Equal((2, 2, 50, 50),
            (result.P50.TotalMilliseconds, result.P90.TotalMilliseconds, result.P99.TotalMilliseconds, result.Max.TotalMilliseconds));
        Assert.InRange(result.Syncs, 1_000, 5_000);
        Assert.InRange(result.LogBytesPerSync, 1024, 1100);
    }

    [Theory]
    [InlineData(1, 1, DiskGrade.Good, 1_000)]
    [InlineData(9, 300, DiskGrade.Good, 1_000)]
    [InlineData(30, 800, DiskGrade.Usable, 1_600)]
    [InlineData(100, 4_000, DiskGrade.Usable, 8_000)]
    [InlineData(400, 1_000, DiskGrade.Unfit, 4_000)]
    [InlineData(5, 30_000, DiskGrade.Unfit, 50_000)]
    public void The_slow_end_decides(int usualMs, int slowestMs, DiskGrade grade, int electionTimeoutMs)
    {
        var verdict = DiskVerdict.Of(Run(100, sync => sync == 70 ? slowestMs : usualMs));
        Assert.Equal((grade, electionTimeoutMs), (verdict.Grade, (int)verdict.ElectionTimeout.TotalMilliseconds));
    }

    [Fact]
    public void A_device_that_was_never_told_to_flush_is_unfit()
    {
        var result = new DiskTrial(_disk, "/trial", _time).Run(
            TimeSpan.FromSeconds(10), () => new DeviceCounters("zram0", 0, 7), Step(_ => 1), TestContext.Current.CancellationToken);
        Assert.Equal(0, result.DeviceFlushesPerSync);
        var verdict = DiskVerdict.Of(result);
        Assert.Equal(DiskGrade.Unfit, verdict.Grade);
        Assert.StartsWith("zram0 was not told to flush", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trial_that_is_stopped_says_how_little_it_knows()
    {
        using var cancel = new CancellationTokenSource();
        var result = new DiskTrial(_disk, "/trial", _time).Run(
            TimeSpan.FromSeconds(10), () => null, (_, syncs) => Stop(cancel, syncs), cancel.Token);
        Assert.Equal(DiskGrade.Unknown, DiskVerdict.Of(result).Grade);
    }

    [Fact]
    public void A_disk_s_counters_are_read_from_its_line()
    {
        const string line = "  228014     4053 10733456   106403   186290   132487 13219922   430153        0   154044   560311        0        "
            + "0        0        0    30467    23754";
        Assert.Equal(new DeviceCounters("mmcblk0", 13219922L * 512, 30467), DeviceCounters.Parse("mmcblk0", line));
        Assert.Equal(new DeviceCounters("sda", 7 * 512, null), DeviceCounters.Parse("sda", "1 2 3 4 5 6 7 8 9 10 11"));
        Assert.Null(DeviceCounters.Parse("sda", "none"));
        Assert.Null(DeviceCounters.Read("/nowhere"));
    }

    private static void Stop(CancellationTokenSource cancel, int syncs)
    {
        if (syncs == 5)
        {
            cancel.Cancel();
        }
    }

    private DiskTrialResult Run(int seconds, Func<int, int> syncMs)
    {
        _disk.BeforeChange = (call, _) => _time.Advance(call == "fdatasync" && _disk.Changes > 0 ? syncMs(++_syncs) : 0);
        return new DiskTrial(_disk, "/trial", _time)
            .Run(TimeSpan.FromSeconds(seconds), () => null, (_, _) => { }, TestContext.Current.CancellationToken);
    }

    private Action<double, int> Step(Func<int, int> syncMs)
    {
        _disk.BeforeChange = (call, _) => _time.Advance(call == "fdatasync" ? syncMs(++_syncs) : 0);
        return (_, _) => { };
    }

    /// <summary>Time that passes only when told to.</summary>
    private sealed class StepTime : TimeProvider
    {
        private long _ms = 1;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => _ms;

        public void Advance(int ms) => _ms += ms;
    }
}
