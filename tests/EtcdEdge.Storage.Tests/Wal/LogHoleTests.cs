using EtcdEdge.Raft.Model;
using EtcdEdge.Storage.Wal;

namespace EtcdEdge.Storage.Tests.Wal;

// Goal: damage that hides only what a checkpoint holds costs nothing, and never passes for more. Method: a log on a simulated disk, damage in its
// middle, reopened with some entries covered; at random, against a list.
public sealed class LogHoleTests
{
    private const int Page = 4096;

    [Fact]
    public void A_hole_within_the_checkpoint_is_passed_and_the_log_goes_on()
    {
        var bench = Damaged(covered: 4);
        var twin = bench.MustOpen();
        Assert.Equal([5, 6, 7, 8, 9, 10], twin.Entries.Select(e => e.Index));
        Assert.Equal(new HardState(10, 1, 0), twin.HardState);
        var covered = Assert.Single(bench.Opening!.Recovery.Covered);
        Assert.Equal((WalDamageKind.GroupDamaged, 4UL, 4UL), (covered.Kind, covered.FirstIndex, covered.LastIndex));
        bench.Commit(Of(11));
        bench.CutPower();
        Assert.Equal([5, 6, 7, 8, 9, 10, 11], bench.MustOpen().Entries.Select(e => e.Index));
    }

    [Fact]
    public void A_hole_beyond_the_checkpoint_is_damage_and_the_end_of_the_log_is_told()
    {
        var bench = Damaged(covered: 3);
        Assert.Equal((4UL, 4UL), (bench.MustRefuse().FirstIndex, bench.Opening!.Damage!.LastIndex));
        Assert.Equal(10UL, bench.Opening.EndsWith);
        Assert.Empty(bench.Opening.Recovery.Covered);
    }

    [Fact]
    public void Of_two_holes_the_one_that_loses_something_is_cut_when_that_is_accepted()
    {
        var bench = Damaged(covered: 4);
        Flip(bench, 8);
        Assert.Equal(8UL, bench.MustRefuse().FirstIndex);
        bench.Options = bench.Options with { AcceptLoss = true };
        Assert.Equal([5, 6, 7], bench.MustOpen().Entries.Select(e => e.Index));
        Assert.Equal(8UL, bench.Opening!.Recovery.AcceptedLoss!.FirstIndex);
        bench.Commit(Of(8));
        bench.CutPower();
        bench.Options = bench.Options with { AcceptLoss = false };
        Assert.Equal([5, 6, 7, 8], bench.MustOpen().Entries.Select(e => e.Index));
    }

    [Fact]
    public void A_hole_that_turns_out_to_lose_something_is_cut_where_it_begins()
    {
        var bench = Damaged(covered: 3);
        bench.Options = bench.Options with { AcceptLoss = true };
        Assert.Equal([1, 2, 3], bench.MustOpen().Entries.Select(e => e.Index));
        bench.Commit(Of(4));
        bench.CutPower();
        bench.Options = bench.Options with { AcceptLoss = false, CoveredUpTo = 0 };
        Assert.Equal([1, 2, 3, 4], bench.MustOpen().Entries.Select(e => e.Index));
    }

    [Fact]
    public void Nothing_is_known_of_a_damaged_end()
    {
        var bench = Damaged(covered: 9);
        Flip(bench, 10);
        Assert.Equal(10UL, bench.MustRefuse().FirstIndex);
        Assert.Equal(0UL, bench.Opening!.EndsWith);
    }

    [Fact]
    public void Groups_without_entries_behind_a_hole_do_not_tell_what_was_in_it()
    {
        var bench = new LogBench();
        bench.MustOpen();
        bench.CommitEach(1, 3);
        bench.Commit(new HardState(2, 1, 0));
        bench.Commit(new HardState(3, 1, 0));
        bench.Kill();
        Flip(bench, 3);
        bench.Options = bench.Options with { CoveredUpTo = 100 };
        Assert.Equal(3UL, bench.MustRefuse().FirstIndex);
        Assert.Equal(0UL, bench.Opening!.EndsWith);
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("header")]
    [InlineData("truncated")]
    [InlineData("empty")]
    public void A_whole_segment_within_the_checkpoint_may_be_unusable(string damage)
    {
        var bench = new LogBench();
        bench.MustOpen();
        bench.CommitEach(1, 60);
        bench.Kill();
        var segment = LogBench.Segment(2);
        switch (damage)
        {
            case "missing": bench.Disk.Delete(segment); break;
            case "header": bench.Disk.Flip(segment, 8 * 20); break;
            case "truncated": bench.Disk.Replace(segment, bench.Disk.Contents(segment).AsSpan(0, 3 * Page)); break;
            default: bench.Disk.Replace(segment, []); break;
        }

        bench.Options = bench.Options with { CoveredUpTo = 40 };
        var twin = bench.MustOpen();
        Assert.Equal(60UL, twin.LastIndex);
        Assert.True(twin.FirstIndex <= 41);
        Assert.Single(bench.Opening!.Recovery.Covered);
        bench.CommitEach(61, 80);
        bench.Log!.ReleaseBefore(41);
        bench.Maintain();
        bench.CutPower();
        bench.Options = bench.Options with { CoveredUpTo = 0 };
        Assert.Equal(80UL, bench.MustOpen().LastIndex);
    }

    [Fact]
    public void A_segment_with_a_hole_is_not_used_again()
    {
        Assert.Equal(RecycledOf(Damaged(covered: 4, damaged: 0)) - 1, RecycledOf(Damaged(covered: 4)));
    }

    private static long RecycledOf(LogBench bench)
    {
        bench.MustOpen();
        bench.CommitEach(11, 40);
        bench.Log!.ReleaseBefore(35);
        bench.Maintain();
        var recycled = bench.Log.Statistics.SegmentsRecycled;
        bench.CutPower();
        bench.Options = bench.Options with { CoveredUpTo = 0 };
        Assert.Equal(40UL, bench.MustOpen().LastIndex);
        return recycled;
    }

    [Fact]
    public void At_random_whatever_is_damaged_what_opens_is_what_was_written()
    {
        var opened = 0;
        for (var seed = 1; seed <= 400; seed++)
        {
            opened += OpensAsWritten(seed) ? 1 : 0;
        }

        Assert.InRange(opened, 40, 390);
    }

    private static bool OpensAsWritten(int seed)
    {
        var random = new Random(seed);
        var bench = new LogBench(seed);
        bench.MustOpen();
        var written = new LogTwin();
        var committed = WriteAtRandom(bench, written, random);
        bench.Kill();
        for (var i = random.Next(1, 3); i > 0; i--)
        {
            DamageAtRandom(bench, random);
        }

        var covered = (ulong)random.Next(0, (int)committed + 1);
        bench.Options = bench.Options with { CoveredUpTo = covered };
        var twin = bench.Open();
        if (bench.Opening!.Damage is not null)
        {
            Assert.True(bench.Opening.EndsWith == 0 || bench.Opening.EndsWith == written.LastIndex,
                $"seed {seed}: ends with {bench.Opening.EndsWith}");
            return false;
        }

        Assert.Equal(written.Lines(covered + 1), twin.Lines(covered + 1));
        Assert.Equal(written.HardState, twin.HardState);
        return true;
    }

    // Leaders come and go: what is not committed is replaced now and then, by fewer entries or more.
    private static ulong WriteAtRandom(LogBench bench, LogTwin written, Random random)
    {
        ulong term = 1, committed = 0;
        for (var group = random.Next(20, 60); group > 0; group--)
        {
            var last = written.LastIndex;
            var replaces = random.Next(4) == 0 && last > committed;
            term += replaces || random.Next(8) == 0 ? 1UL : 0;
            var first = replaces ? committed + 1 + (ulong)random.Next((int)(last - committed)) : last + 1;
            Entry[] entries = [.. Enumerable.Range(0, random.Next(0, 4)).Select(i => LogBench.Entry(first + (ulong)i, random.Next(0, 3000), term))];
            var end = entries.Length > 0 ? entries[^1].Index : last;
            committed = Math.Max(committed, random.Next(3) == 0 ? end : 0);
            var hardState = new HardState(term, (ulong)random.Next(1, 4), committed);
            bench.Commit(hardState, entries);
            foreach (var entry in entries)
            {
                written.Append(entry);
            }

            written.Set(entries.Length > 0 || hardState.Term != written.HardState.Term || hardState.Vote != written.HardState.Vote ? hardState
                : written.HardState);
        }

        bench.Log!.Append(new HardState(term + 1, 1, committed), []);
        bench.Flush();
        written.Set(new HardState(term + 1, 1, committed));
        return committed;
    }

    private static void DamageAtRandom(LogBench bench, Random random)
    {
        string[] segments = [.. bench.Disk.List(LogBench.Directory).Where(name => name.EndsWith(".seg", StringComparison.Ordinal))];
        var path = $"{LogBench.Directory}/{segments[random.Next(segments.Length)]}";
        var at = random.Next(bench.Disk.Contents(path).Length);
        switch (random.Next(4))
        {
            case 0: bench.Disk.MakeUnreadable(path, at); break;
            case 1 when segments.Length > 2: bench.Disk.Delete($"{LogBench.Directory}/{segments[random.Next(1, segments.Length - 1)]}"); break;
            default: bench.Disk.Flip(path, 8L * at); break;
        }
    }

    /// <summary>Ten groups of an entry each, with rising terms; the fourth is damaged.</summary>
    private static LogBench Damaged(ulong covered, ulong damaged = 4)
    {
        var bench = new LogBench();
        bench.MustOpen();
        for (ulong index = 1; index <= 10; index++)
        {
            bench.Commit(Of(index));
        }

        bench.Kill();
        if (damaged > 0)
        {
            Flip(bench, damaged);
        }

        bench.Options = bench.Options with { CoveredUpTo = covered };
        return bench;
    }

    // The first page is the header's, the second the empty group's with which a log begins.
    private static void Flip(LogBench bench, ulong group) => bench.Disk.Flip(LogBench.Segment(1), 8 * (((long)(group + 1) * Page) + 100));

    private static Entry Of(ulong index) => LogBench.Entry(index, 20, term: index);
}
