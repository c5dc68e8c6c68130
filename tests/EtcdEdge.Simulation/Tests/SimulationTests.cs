using System.Globalization;
using EtcdEdge.Simulation.World;
using Xunit;

namespace EtcdEdge.Simulation.Tests;

// Goal: whole clusters keep every promise under any mix of faults, and the simulator is able to notice when one does not.
// Method: a fixed range of seeds per size (SIM_FIRST and SIM_COUNT choose another), and a thousand cuts at chosen changes of disks (SIM_POWER_CUTS);
// the same seeds with one deliberate bug each must fail.
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int DefaultSeeds = 60;
    private const int DefaultPowerCuts = 1_000;

    /// <summary>One run in so many may lose its quorum to faults and changes that meet unluckily; the rest must come back.</summary>
    private const int WithoutQuorumShare = 50;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void A_cluster_keeps_every_promise_under_faults(int members)
    {
        var first = Setting("SIM_FIRST", 1);
        var count = Setting("SIM_COUNT", DefaultSeeds);
        var tally = new Tally();
        for (var seed = first; seed < first + count; seed++)
        {
            tally.Add(Simulation.Run(new SimulationOptions(seed, members)));
        }

        output.WriteLine(tally.ToString());
        Assert.True(tally.WithoutQuorum <= count / WithoutQuorumShare, $"{tally.WithoutQuorum} clusters were left without a quorum");
        Assert.True(tally.Acknowledged > 10L * count, "the clusters did too little for the checks to mean anything");
    }

    // 812: a removed member left when one of the others had told it; that one's disk was damaged, and nobody who was left knew that the removal
    // counts.
    [Theory]
    [InlineData(812)]
    public void A_seed_that_found_a_bug_stays_clean(int seed) => Simulation.Run(new SimulationOptions(seed));

    [Fact]
    public void A_thousand_power_cuts_lose_nothing()
    {
        var tally = new Tally();
        for (var seed = 1; tally.Counts.PowerCuts < Setting("SIM_POWER_CUTS", DefaultPowerCuts); seed++)
        {
            tally.Add(Simulation.Run(new SimulationOptions(seed) { Focus = Fault.PowerCutInWrite }));
        }

        output.WriteLine(tally.ToString());
    }

    [Theory]
    [InlineData(7, 1)]
    [InlineData(8, 3)]
    [InlineData(9, 5)]
    public void A_seed_replays_event_by_event(int seed, int members)
    {
        var first = Simulation.Run(new SimulationOptions(seed, members));
        var again = Simulation.Run(new SimulationOptions(seed, members));
        Assert.Equal(first, again);
        Assert.NotEqual(first.TraceHash, Simulation.Run(new SimulationOptions(seed + 1, members)).TraceHash);
    }

    [Theory]
    [InlineData(nameof(Bug.AcknowledgeBeforeFlush), 0, null)]
    [InlineData(nameof(Bug.ForgetVote), 3, nameof(Fault.BridgeReboot))]
    [InlineData(nameof(Bug.ReadWithoutBarrier), 3, null)]
    [InlineData(nameof(Bug.RenewWithoutBarrier), 3, nameof(Fault.StaleLeader))]
    [InlineData(nameof(Bug.FastLeases), 0, null)]
    [InlineData(nameof(Bug.LoseEvents), 0, null)]
    [InlineData(nameof(Bug.ResumeTooLate), 0, null)]
    [InlineData(nameof(Bug.Diverge), 3, null)]
    [InlineData(nameof(Bug.ProposeTwice), 0, null)]
    [InlineData(nameof(Bug.ReleaseTooEarly), 1, null)]
    [InlineData(nameof(Bug.LogWithoutBound), 0, null)]
    [InlineData(nameof(Bug.ForgetMembership), 3, null)]
    [InlineData(nameof(Bug.SnapshotWithoutHash), 3, null)]
    [InlineData(nameof(Bug.SnapshotOverNewer), 3, null)]
    [InlineData(nameof(Bug.LeasesGoOn), 3, null)]
    [InlineData(nameof(Bug.ChangeBeforeCommit), 0, null)]
    [InlineData(nameof(Bug.ManyChangesAtOnce), 0, nameof(Fault.Split))]
    [InlineData(nameof(Bug.CountSelfBeforeFlush), 1, null)]
    [InlineData(nameof(Bug.ReadWithoutQuorum), 3, nameof(Fault.StaleLeader))]
    [InlineData(nameof(Bug.VoteForStaleLogs), 5, null)]
    [InlineData(nameof(Bug.AnswerBeforeFlush), 3, null)]
    public void A_deliberate_bug_is_found(string name, int members, string? fault)
    {
        var bug = Enum.Parse<Bug>(name);
        Fault? focus = fault is null ? null : Enum.Parse<Fault>(fault);
        for (var seed = 1; seed <= Limits.SeedsToFindABug; seed++)
        {
            try
            {
                Simulation.Run(new SimulationOptions(seed, members) { Bug = bug, Focus = focus });
            }
            catch (SimulationFailure found)
            {
                output.WriteLine(found.Message);
                Assert.Contains($"scripts/sim --seed {seed}", found.Message, StringComparison.Ordinal);
                return;
            }
        }

        Assert.Fail($"{bug} was not found by {Limits.SeedsToFindABug} seeds");
    }

    private static int Setting(string name, int fallback) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : fallback;
}
