using EtcdEdge.Base;
using EtcdEdge.Raft.Membership;
using EtcdEdge.Raft.Model;
using EtcdEdge.Storage.Wal;

namespace EtcdEdge.Storage.Tests.Wal;

// Goal: what recovery does with every state the log can be left in. Method: a small log on a simulated disk, one fault, reopen.
public sealed class LogRecoveryTests
{
    private const int Page = 4096;

    [Fact]
    public void A_new_log_is_empty_and_reopens_empty()
    {
        var bench = new LogBench();
        Assert.Empty(bench.MustOpen().Entries);
        bench.Kill();
        Assert.Empty(bench.MustOpen().Entries);
    }

    [Fact]
    public void Flushed_groups_come_back_in_order_with_their_hard_state()
    {
        var bench = new LogBench();
        bench.MustOpen();
        bench.Commit(new HardState(3, 9, 0), LogBench.Entry(1, 0, 2), LogBench.Entry(2, 5000, 3));
        bench.Commit(new HardState(3, 9, 2), new Entry(3, 3, EntryType.ConfChange, new byte[] { 1, 2 }));
        bench.CutPower();
        var twin = bench.MustOpen();
        Assert.Equal([1, 2, 3], twin.Entries.Select(e => e.Index));
        Assert.Equal([2, 3, 3], twin.Entries.Select(e => e.Term));
        Assert.Equal(EntryType.ConfChange, twin.Entries[2].Type);
        Assert.Equal(LogBench.Entry(2, 5000).Data.ToArray(), twin.Entries[1].Data.ToArray());
        Assert.Equal(new HardState(3, 9, 2), twin.HardState);
    }

    [Fact]
    public void A_suffix_that_is_overwritten_stays_overwritten()
    {
        var bench = new LogBench();
        bench.MustOpen();
        bench.Commit(LogBench.Entry(1), LogBench.Entry(2), LogBench.Entry(3));
        bench.Commit(LogBench.Entry(4, 20, 1), LogBench.Entry(2, 30, 2), LogBench.Entry(3, 30, 2));
        bench.Kill();
        Assert.Equal([1, 2, 2], bench.MustOpen().Entries.Select(e => e.Term));
    }

    [Fact]
    public void What_nobody_wants_comes_without_its_data()
    {
        var bench = new LogBench();
        bench.MustOpen();
        bench.Commit(LogBench.Entry(1, 700, 2), LogBench.Entry(2, 5000, 3), LogBench.Entry(3, 600, 3));
        bench.Commit(LogBench.Entry(4, 400, 3));
        bench.Kill();
        bench.FirstWanted = 3;
        var twin = bench.MustOpen();
        Assert.Equal([(1, 2, 0), (2, 3, 0), (3, 3, 600), (4, 3, 400)], twin.Entries.Select(e => ((int)e.Index, (int)e.Term, e.Data.Length)));
        Assert.Equal(LogBench.Entry(3, 600).Data.ToArray(), twin.Entries[2].Data.ToArray());
    }

    [Fact] // A member that tells another one that it was removed must not forget it in a crash: found by a simulated cluster of two.
    public void A_commit_that_must_survive_is_flushed_alone()
    {
        var bench = new LogBench();
        bench.MustOpen();
        bench.Commit(new HardState(1, 1, 0), LogBench.Entry(1));
        bench.Log!.AppendCommit(new HardState(1, 1, 1));
        Assert.True(bench.Log.HasPending);
        bench.Flush();
        bench.CutPower();
        Assert.Equal(new HardState(1, 1, 1), bench.MustOpen().HardState);
    }

    [Fact]
    public void A_commit_alone_is_not_worth_a_flush()
    {
        var bench = new LogBench();
        bench.MustOpen();
        bench.Commit(new HardState(1, 1, 0), LogBench.Entry(1));
        bench.Log!.Append(new HardState(1, 1, 1), []);
        Assert.False(bench.Log.HasPending);
        bench.Log.Append(new HardState(2, 1, 1), []);
        Assert.True(bench.Log.HasPending);
        bench.Flush();
        bench.Kill();
        Assert.Equal(new HardState(2, 1, 1), bench.MustOpen().HardState);
    }

    [Fact]
    public void A_clean_stop_writes_the_last_commit()
    {
        var bench = new LogBench();
        bench.MustOpen();
        bench.Commit(new HardState(1, 1, 0), LogBench.Entry(1));
        bench.Log!.Append(new HardState(1, 1, 1), []);
        bench.Log.Close();
        bench.CutPower();
        Assert.Equal(1UL, bench.MustOpen().HardState.Commit);
    }

    [Fact]
    public void An_entry_larger_than_a_segment_gets_a_segment_of_its_own()
    {
        var bench = new LogBench();
        bench.MustOpen();
        bench.Commit(LogBench.Entry(1));
        bench.Commit(LogBench.Entry(2, 1_000_000));
        bench.Commit(LogBench.Entry(3));
        bench.CutPower();
        var twin = bench.MustOpen();
        Assert.Equal(LogBench.Entry(2, 1_000_000).Data.ToArray(), twin.Entries[1].Data.ToArray());
        Assert.Equal(3UL, twin.LastIndex);
        Assert.Equal(3, bench.Opening!.Recovery.Segments);
        bench.Log!.ReleaseBefore(3);
        bench.Maintain();
        Assert.True(bench.Log.BytesOnDisk <= 4 * LogBench.SegmentSize);
    }

    [Fact]
    public void Segments_below_the_release_index_are_recycled_and_their_old_bytes_are_not_read()
    {
        var bench = new LogBench();
        bench.MustOpen();
        bench.CommitEach(1, 200);
        bench.Log!.ReleaseBefore(190);
        bench.Maintain();
        bench.CommitEach(201, 203);
        bench.Log!.ReleaseBefore(201);
        bench.Maintain();
        bench.CommitEach(204, 230);
        Assert.True(bench.Log.Statistics.SegmentsRecycled > 2);
        bench.CutPower();
        var twin = bench.MustOpen();
        Assert.True(twin.FirstIndex is > 150 and <= 201);
        Assert.Equal(230UL, twin.LastIndex);
        Assert.Equal((int)(230 - twin.FirstIndex + 1), twin.Entries.Count);
    }

    [Fact]
    public void What_is_in_use_is_counted_over_release_and_restart()
    {
        var bench = new LogBench();
        bench.MustOpen();
        bench.CommitEach(1, 40);
        Assert.Equal(3 * LogBench.SegmentSize, bench.Log!.BytesInUse);
        bench.Log.Append(new HardState(1, 1, 0), [LogBench.Entry(41, 3000)]);
        Assert.InRange(bench.Log.BytesUnwritten, 3000, 4096);
        bench.Flush();
        Assert.Equal(0, bench.Log.BytesUnwritten);
        bench.CutPower();
        bench.MustOpen();
        Assert.Equal(3 * LogBench.SegmentSize, bench.Log!.BytesInUse);
        bench.Log.ReleaseBefore(40);
        bench.Maintain();
        Assert.Equal(LogBench.SegmentSize, bench.Log.BytesInUse);
    }

    [Fact]
    public void A_log_without_a_pause_uses_what_is_free_before_it_makes_a_spare()
    {
        var bench = new LogBench();
        bench.MustOpen();
        for (ulong index = 1; index < 200; index++)
        {
            bench.Commit(LogBench.Entry(index));
            bench.Log!.ReleaseBefore(index);
        }

        Assert.InRange(bench.Log!.BytesOnDisk, 1, 3 * LogBench.SegmentSize);
    }

    [Fact]
    public void The_log_never_keeps_more_spares_than_told()
    {
        var bench = new LogBench();
        bench.Options = bench.Options with { SparesMax = 2 };
        bench.MustOpen();
        bench.CommitEach(1, 200);
        bench.Log!.ReleaseBefore(201);
        bench.Maintain();
        Assert.Equal(3 * LogBench.SegmentSize, bench.Log.BytesOnDisk);
        Assert.Equal(2, bench.Disk.List(LogBench.Directory).Count(name => name.StartsWith("spare-", StringComparison.Ordinal)));
    }

    [Fact]
    public void Any_flipped_bit_of_the_last_group_is_reported_or_harmless()
    {
        for (var bit = 0; bit < Page * 8; bit++)
        {
            var bench = new LogBench();
            bench.MustOpen();
            bench.Commit(LogBench.Entry(1));
            bench.Commit(LogBench.Entry(2, 700));
            var group = (3L * Page * 8) + bit;
            bench.Kill();
            bench.Disk.Flip(LogBench.Segment(1), group);
            var twin = bench.Open();
            Assert.True(bench.Opening!.Damage is { FirstIndex: 2 } || twin.LastIndex == 2, $"bit {bit}");
        }
    }

    [Fact]
    public void The_log_cut_at_any_byte_is_refused_with_what_is_lost()
    {
        var bench = new LogBench();
        bench.MustOpen();
        bench.Commit(LogBench.Entry(1));
        bench.Commit(LogBench.Entry(2, 700));
        bench.Kill();
        var whole = bench.Disk.Contents(LogBench.Segment(1));
        for (var length = 0; length < 5 * Page; length++)
        {
            bench.Disk.Replace(LogBench.Segment(1), whole.AsSpan(0, length));
            var damage = bench.MustRefuse();
            Assert.Equal(WalDamageKind.SegmentTruncated, damage.Kind);
            var wholeEntries = length < (2 * Page) + 512 ? 0UL : length < (3 * Page) + 1024 ? 1UL : 2UL;
            Assert.Equal(wholeEntries + 1, damage.FirstIndex);
        }
    }

    [Fact]
    public void A_flipped_bit_before_a_later_group_names_exactly_the_lost_entries()
    {
        var bench = new LogBench();
        bench.MustOpen();
        bench.Commit(LogBench.Entry(1));
        bench.Commit(LogBench.Entry(2, 700), LogBench.Entry(3, 700));
        bench.Commit(LogBench.Entry(4));
        bench.Kill();
        bench.Disk.Flip(LogBench.Segment(1), ((3 * Page) + 900) * 8);
        var damage = bench.MustRefuse();
        Assert.Equal((WalDamageKind.GroupDamaged, 2UL, 3UL), (damage.Kind, damage.FirstIndex, damage.LastIndex));
        bench.Disk.Flip(LogBench.Segment(1), ((3 * Page) + 900) * 8);
        bench.Disk.Flip(LogBench.Segment(1), ((3 * Page) + 30) * 8);
        damage = bench.MustRefuse();
        Assert.Equal((WalDamageKind.GroupDamaged, 2UL, 3UL), (damage.Kind, damage.FirstIndex, damage.LastIndex));
    }

    [Fact]
    public void A_group_the_card_claimed_to_have_flushed_is_missed_once_another_follows()
    {
        var bench = new LogBench();
        bench.MustOpen();
        bench.Commit(LogBench.Entry(1));
        bench.Disk.LoseNextFlush(LogBench.Segment(1));
        bench.Commit(LogBench.Entry(2));
        bench.Commit(LogBench.Entry(3));
        bench.CutPower();
        var damage = bench.MustRefuse();
        Assert.Equal((WalDamageKind.GroupsLost, 2UL, 2UL), (damage.Kind, damage.FirstIndex, damage.LastIndex));
    }

    [Fact]
    public void A_misdirected_write_is_missed_once_another_follows()
    {
        var bench = new LogBench();
        bench.MustOpen();
        bench.Commit(LogBench.Entry(1));
        bench.Disk.MisdirectNextFlush(LogBench.Segment(1), 16);
        bench.Commit(LogBench.Entry(2));
        bench.Commit(LogBench.Entry(3));
        bench.CutPower();
        Assert.Equal(2UL, bench.MustRefuse().FirstIndex);
    }

    [Fact]
    public void An_unreadable_sector_names_the_entries_it_held()
    {
        var bench = new LogBench();
        bench.MustOpen();
        bench.Commit(LogBench.Entry(1));
        bench.Commit(LogBench.Entry(2, 2000));
        bench.Commit(LogBench.Entry(3));
        bench.Kill();
        bench.Disk.MakeUnreadable(LogBench.Segment(1), (3 * Page) + 1024);
        var damage = bench.MustRefuse();
        Assert.Equal((WalDamageKind.GroupDamaged, 2UL, 2UL), (damage.Kind, damage.FirstIndex, damage.LastIndex));
        Assert.Equal(3 * Page, damage.Offset);
    }

    [Fact]
    public void The_remains_of_a_torn_group_are_blanked_before_another_takes_its_number()
    {
        var bench = new LogBench();
        bench.MustOpen();
        bench.Commit(LogBench.Entry(1));
        bench.Commit(LogBench.Entry(2, 6000));
        bench.Kill();
        var torn = bench.Disk.Contents(LogBench.Segment(1));
        torn.AsSpan(3 * Page, Sector.Size).Clear();
        bench.Disk.Replace(LogBench.Segment(1), torn);
        Assert.Equal(1UL, bench.MustOpen().LastIndex);
        Assert.Equal(12 * Sector.Size, bench.Opening!.Recovery.TornBytes);
        Assert.False(bench.Disk.Contents(LogBench.Segment(1)).AsSpan(3 * Page).ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void Missing_swapped_foreign_empty_and_newer_segments_are_told_apart()
    {
        Assert.Equal(WalDamageKind.SegmentMissing, DamageAfter(disk => disk.Delete(LogBench.Segment(2))).Kind);
        Assert.Equal(WalDamageKind.SegmentTruncated, DamageAfter(disk => disk.Replace(LogBench.Segment(2), [])).Kind);
        Assert.Equal(WalDamageKind.SegmentForeign, DamageAfter(disk => disk.Replace(LogBench.Segment(2), RandomBytes())).Kind);
        Assert.Equal(WalDamageKind.SegmentHeaderDamaged, DamageAfter(disk => disk.Flip(LogBench.Segment(2), 70)).Kind);
        Assert.Equal(WalDamageKind.SegmentOutOfOrder, DamageAfter(disk =>
            disk.Replace(LogBench.Segment(2), disk.Contents(LogBench.Segment(3)))).Kind);
        Assert.Equal(WalDamageKind.SegmentTooNew, DamageAfter(disk => disk.Replace(LogBench.Segment(2), OfFormat(2, disk))).Kind);
        Assert.Equal(WalDamageKind.SegmentMissing, DamageAfter(disk =>
        {
            foreach (var name in disk.List(LogBench.Directory))
            {
                disk.Delete($"{LogBench.Directory}/{name}");
            }
        }).Kind);
    }

    [Fact]
    public void A_log_of_another_member_is_refused()
    {
        var bench = new LogBench();
        bench.MustOpen();
        bench.Kill();
        bench.Options = bench.Options with { MemberId = 0xB };
        Assert.Contains("belongs to member a of cluster c", bench.MustRefuse().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Foreign_names_in_the_directory_are_left_alone()
    {
        var bench = new LogBench();
        bench.MustOpen();
        bench.Kill();
        bench.Disk.Replace($"{LogBench.Directory}/notes.txt", [1]);
        bench.MustOpen();
        Assert.Equal(["notes.txt"], bench.Opening!.Recovery.Ignored);
    }

    [Fact]
    public void An_accepted_loss_cuts_the_log_at_the_damage_and_the_log_goes_on()
    {
        foreach (var at in new ulong[] { 1, 2, 3 })
        {
            var bench = new LogBench();
            bench.MustOpen();
            bench.CommitEach(1, 40);
            bench.Kill();
            bench.Disk.Flip(LogBench.Segment(at), ((5 * Page) + 40) * 8);
            var lost = bench.MustRefuse();
            bench.Options = bench.Options with { AcceptLoss = true };
            var twin = bench.MustOpen();
            Assert.Equal(lost, bench.Opening!.Recovery.AcceptedLoss);
            Assert.Equal(lost.FirstIndex - 1, twin.LastIndex);
            bench.Options = bench.Options with { AcceptLoss = false };
            bench.CommitEach(lost.FirstIndex, lost.FirstIndex + 30);
            bench.CutPower();
            Assert.Equal(lost.FirstIndex + 30, bench.MustOpen().LastIndex);
        }
    }

    private static WalDamage DamageAfter(Action<EtcdEdge.Testing.SimDisk> fault)
    {
        var bench = new LogBench();
        bench.MustOpen();
        bench.CommitEach(1, 40);
        bench.Kill();
        fault(bench.Disk);
        return bench.MustRefuse();
    }

    private static byte[] RandomBytes()
    {
        var bytes = new byte[LogBench.SegmentSize];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    private static byte[] OfFormat(byte version, EtcdEdge.Testing.SimDisk disk)
    {
        var bytes = disk.Contents(LogBench.Segment(2));
        bytes[4] = version;
        BitConverter.TryWriteBytes(bytes, Crc32C.Of(bytes.AsSpan(4, 60)));
        return bytes;
    }
}
