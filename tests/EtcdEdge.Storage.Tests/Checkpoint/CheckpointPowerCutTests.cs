using EtcdEdge.Testing;

namespace EtcdEdge.Storage.Tests.Checkpoint;

// Goal: a checkpoint whose writing returned is there, whole, after the power went at any later change of the disk; one in the making is there whole
// or not at all, and never costs the one before it. Method: random checkpoints on a simulated disk, small changes in one transaction, large ones in
// several, whole files; a cut at a random change, then every file that calls itself a checkpoint is read to its end and compared.
public sealed class CheckpointPowerCutTests
{
    private const int Seeds = 250;
    private const int SeedsOfLongRun = 2_500;
    private const int CutsPerSeed = 4;

    [Fact]
    public void No_checkpoint_is_lost_by_a_power_cut() => CutOften(Seeds);

    [Fact(Explicit = true)]
    public void No_checkpoint_is_lost_by_very_many_power_cuts() => CutOften(SeedsOfLongRun);

    [Fact]
    public void Each_change_of_one_short_life_survives_a_cut_at_it()
    {
        for (var change = 0; change < 120; change++)
        {
            Go(7, 1, change);
        }
    }

    private static void CutOften(int seeds)
    {
        for (var seed = 0; seed < seeds; seed++)
        {
            Go(seed, CutsPerSeed, null);
        }
    }

    private static void Go(int seed, int cuts, int? fixedCut)
    {
        var random = new Random(seed);
        var bench = new CheckpointBench(seed);
        for (var cut = 0; cut < cuts; cut++)
        {
            bench.Disk.ChangesUntilPowerCut = fixedCut ?? random.Next(80);
            try
            {
                Recover(bench, seed);
                for (var i = 0; i < 6; i++)
                {
                    bench.WriteNext(whole: random.Next(8) == 0);
                }
            }
            catch (PowerCutException)
            {
                bench.Disk.Crash();
            }
        }

        bench.Disk.ChangesUntilPowerCut = -1;
        Recover(bench, seed);
        bench.WriteNext();
        bench.Check(bench.Store.Newest!);
    }

    private static void Recover(CheckpointBench bench, int seed)
    {
        bench.Open();
        var newest = bench.Store.Newest?.Generation ?? 0;
        Assert.True(newest >= bench.Acknowledged, $"seed {seed}: {newest} is the newest, {bench.Acknowledged} was written");
        foreach (var slot in bench.Store.Found)
        {
            if (slot.Damage is { } damage)
            {
                Assert.True(damage.IsUnfinished, $"seed {seed}: {damage.Message}");
                continue;
            }

            bench.Check(slot);
        }
    }
}
