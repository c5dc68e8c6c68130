using System.Globalization;
using EtcdEdge.Raft.Model;

namespace EtcdEdge.Raft.Tests.Fuzz;

// Goal: no order of events, faults and crashes breaks a promise. Method: whole clusters from a seed (FuzzCluster), promises checked at every
// step (Checker, Invariants). A failure names its seed; RAFT_FUZZ_SEED=n replays it with a trace, RAFT_FUZZ_COUNT=n runs more seeds.
// A checker that cannot fail proves nothing: the second half puts bugs in and demands that they are found.
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int Steps = 4000;
    private const int DefaultSeeds = 120;
    private const int SeedsToFindABug = 4000;

    [Fact]
    public void Random_clusters_keep_every_promise()
    {
        var first = Setting("RAFT_FUZZ_FIRST", 1);
        var count = Setting("RAFT_FUZZ_COUNT", DefaultSeeds);
        ulong applied = 0;
        long reads = 0;
        for (var seed = first; seed < first + count; seed++)
        {
            var result = Run(seed, InjectedBug.None, FuzzBugs.None, null);
            applied += result.Applied;
            reads += result.Reads;
        }

        output.WriteLine($"{count} seeds, {applied} entries applied, {reads} reads confirmed");
        Assert.True(applied > (ulong)count * 5 && reads > count, "the clusters did too little for the checks to mean anything");
    }

    [Fact]
    public void A_seed_is_replayed_with_its_trace()
    {
        var seed = Setting("RAFT_FUZZ_SEED", 1);
        var lines = new List<string>();
        try
        {
            Run(seed, InjectedBug.None, FuzzBugs.None, lines.Add);
        }
        finally
        {
            if (Environment.GetEnvironmentVariable("RAFT_FUZZ_SEED") is not null)
            {
                lines.ForEach(output.WriteLine);
            }
        }

        var again = new List<string>();
        Run(seed, InjectedBug.None, FuzzBugs.None, again.Add);
        Assert.Equal(lines, again);
    }

    [Theory]
    [InlineData((int)InjectedBug.CountSelfBeforeFlush)]
    [InlineData((int)InjectedBug.ReadWithoutQuorum)]
    [InlineData((int)InjectedBug.CommitEarlierTerms)]
    [InlineData((int)InjectedBug.VoteForStaleLogs)]
    [InlineData((int)InjectedBug.AnswerBeforeFlush)]
    [InlineData((int)InjectedBug.IgnoreOutgoingVoters)]
    public void A_bug_in_the_core_is_found(int sabotage) => AssertFound((InjectedBug)sabotage, FuzzBugs.None);

    [Theory]
    [InlineData((int)FuzzBugs.ForgetVoteAtCrash)]
    [InlineData((int)FuzzBugs.DiskLies)]
    public void A_caller_that_breaks_the_contract_is_found(int bugs) => AssertFound(InjectedBug.None, (FuzzBugs)bugs);

    private void AssertFound(InjectedBug sabotage, FuzzBugs bugs)
    {
        for (var seed = 1; seed <= SeedsToFindABug; seed++)
        {
            try
            {
                Run(seed, sabotage, bugs, null);
            }
            catch (FuzzFailure failure)
            {
                output.WriteLine($"found by seed {seed}: {failure.Message}");
                return;
            }
        }

        Assert.Fail($"{sabotage} {bugs} was not found by {SeedsToFindABug} seeds");
    }

    private static (ulong Applied, int Reads) Run(int seed, InjectedBug sabotage, FuzzBugs bugs, Action<string>? trace)
    {
        try
        {
            var cluster = new FuzzCluster(seed, sabotage, bugs, trace);
            cluster.Run(Steps);
            return cluster.Result;
        }
        catch (Exception broken)
        {
            throw new FuzzFailure($"seed {seed}: {broken.Message} (replay: RAFT_FUZZ_SEED={seed})", broken);
        }
    }

    private static int Setting(string name, int fallback) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : fallback;
}
