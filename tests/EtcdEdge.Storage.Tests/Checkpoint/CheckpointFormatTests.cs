using EtcdEdge.Storage.Checkpoint;

namespace EtcdEdge.Storage.Tests.Checkpoint;

/// <summary>Goal: what is not the checkpoint that was written is never taken for one. Method: files changed by hand on a simulated disk.</summary>
public sealed class CheckpointFormatTests
{
    private const string Newest = CheckpointBench.Directory + "/checkpoint-a";

    [Fact]
    public void A_flipped_bit_in_any_page_is_noticed()
    {
        var bench = Written(3);
        var length = bench.Disk.Contents(Newest).Length;
        for (var at = 0; at < length; at += 8192)
        {
            var damaged = Written(3);
            damaged.Disk.Flip(Newest, (8L * at) + 4001);
            damaged.Open();
            var slot = damaged.Store.Found.Single(found => found.Path == Newest);
            // LiteDB does not read pages that are free.
            if (slot.Damage is null)
            {
                var failure = Record.Exception(() => damaged.Check(slot));
                Assert.True(failure is null or CheckpointException, failure?.ToString());
            }
        }
    }

    [Fact]
    public void A_page_of_an_earlier_generation_is_noticed_though_it_is_whole()
    {
        var bench = Written(1);
        var before = bench.Disk.Contents(Newest);
        bench.WriteNext();
        bench.WriteNext();
        var after = bench.Disk.Contents(Newest);
        var stale = 0;
        // It would put the page right.
        bench.Disk.Delete(CheckpointBench.Directory + "/checkpoint.journal");
        for (var at = 8192; at + 8192 <= before.Length; at += 8192)
        {
            if (before.AsSpan(at, 8192).SequenceEqual(after.AsSpan(at, 8192)))
            {
                continue;
            }

            byte[] mixed = [.. after];
            before.AsSpan(at, 8192).CopyTo(mixed.AsSpan(at));
            bench.Disk.Replace(Newest, mixed);
            bench.Open();
            var slot = bench.Store.Found.Single(found => found.Path == Newest);
            if (slot.Damage is null && Record.Exception(() => bench.Read(slot)) is not CheckpointException)
            {
                // Index and free-list pages may be older without a difference in what is read.
                bench.Check(slot);
                continue;
            }

            stale++;
        }

        Assert.True(stale > 0, "some page's age matters");
    }

    [Fact]
    public void A_checkpoint_of_a_later_version_is_refused_and_left_alone()
    {
        var bench = Written(1);
        Rewrite(bench, new CheckpointSeal(0xc1, 0x3e, 1, 0, 0), format: 99);
        var refusal = Assert.Throws<CheckpointException>(bench.Open);
        Assert.True(refusal.IsForeign);
        Assert.Contains("start the version that wrote it", refusal.Message);
        Assert.NotNull(bench.Disk.Stat(Newest));
    }

    [Fact]
    public void Another_members_checkpoint_is_refused_and_left_alone()
    {
        var bench = Written(1);
        Rewrite(bench, new CheckpointSeal(0xc1, 0x99, 1, 0, 0), format: 1);
        Assert.Contains("member 99 of cluster c1", Assert.Throws<CheckpointException>(bench.Open).Message);
        Assert.NotNull(bench.Disk.Stat(Newest));
    }

    [Fact]
    public void A_page_that_rots_under_a_change_fails_the_change_and_nothing_else()
    {
        for (var page = 1; page < 12; page++)
        {
            var bench = Written(4);
            var slot = bench.Store.Next;
            bench.Disk.Flip(slot.Path, 8L * ((page * 8192) + 700));
            var failure = Record.Exception(() => bench.WriteNext());
            Assert.True(failure is null or CheckpointException, failure?.ToString());
            // A transaction left open would end this process here.
            GC.Collect();
            GC.WaitForPendingFinalizers();
            bench.WriteNext(whole: true);
            bench.Open();
            bench.Check(bench.Store.Newest!);
        }
    }

    [Fact]
    public void Only_the_last_damaged_file_is_kept()
    {
        var bench = Written(2);
        bench.Store.SetAside(bench.Store.Newest!, DateTimeOffset.UnixEpoch);
        var kept = bench.Store.SetAside(bench.Store.Newest!, DateTimeOffset.UnixEpoch.AddDays(1));
        Assert.Equal(kept, CheckpointBench.Directory + "/" + bench.Disk.List(CheckpointBench.Directory)
            .Single(name => name.Contains("corrupt", StringComparison.Ordinal)));
        Assert.Null(bench.Store.Newest);
    }

    private static CheckpointBench Written(int checkpoints)
    {
        var bench = new CheckpointBench(5);
        bench.Open();
        for (var i = 0; i < checkpoints; i++)
        {
            bench.WriteNext();
        }

        return bench;
    }

    private static void Rewrite(CheckpointBench bench, CheckpointSeal seal, int format)
    {
        using var file = bench.Disk.Open(Newest, DiskOpen.ReadWrite);
        using var pages = new PageStream(file, journal: null, readAhead: 0, new CheckpointCounters());
        using var lite = new LiteFile(Newest, pages);
        lite.Transact(() => lite.Seal(seal, format));
        file.SyncData();
    }
}
