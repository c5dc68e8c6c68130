using CsCheck;
using EtcdEdge.Raft.Quorum;
using EtcdEdge.Raft.Tests.Interaction;
using EtcdEdge.Testing;

namespace EtcdEdge.Raft.Tests.Quorum;

// Goal: majorities and joint majorities decide what the definition says. Method: tables to read, and random ones against a twin that tries
// the definition literally (the highest index for which the acknowledging voters are more than half).
public sealed class QuorumTests
{
    private static readonly Gen<ulong[]> s_genVoters = Gen.ULong[1, 9].Array[0, 6].Select(ids => ids.Distinct().ToArray());
    private static readonly Gen<Dictionary<ulong, ulong>> s_genAcked = Gen.Dictionary(Gen.ULong[1, 9], Gen.ULong[0, 12])[0, 9];
    private static readonly Gen<Dictionary<ulong, bool>> s_genVotes = Gen.Dictionary(Gen.ULong[1, 9], Gen.Bool)[0, 9];

    public static TheoryData<string> Fixtures() => DataDriven.Files("quorum");

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void A_quorum_decides_as_the_table_tells(string fixture) => DataDriven.Run(fixture, Decide);

    [Fact]
    public void The_committed_index_is_the_highest_one_that_a_quorum_of_each_half_acknowledged() =>
        Gen.Select(s_genVoters, s_genVoters, s_genAcked).Sample(
            (incoming, outgoing, acked) =>
                new JointConfig(incoming, outgoing).CommittedIndex(new AckedTable(acked))
                == Math.Min(DumbCommitted(incoming, acked), DumbCommitted(outgoing, acked)),
            iter: 20_000);

    [Fact]
    public void An_election_is_won_lost_or_open_as_the_missing_votes_can_still_decide() =>
        Gen.Select(s_genVoters, s_genVoters, s_genVotes).Sample(
            (incoming, outgoing, votes) => new JointConfig(incoming, outgoing).Tally(votes) == DumbTally(incoming, outgoing, votes),
            iter: 20_000);

    [Fact]
    public void More_voters_than_fit_on_the_stack_decide_alike()
    {
        ulong[] voters = [.. Enumerable.Range(1, 21).Select(id => (ulong)id)];
        var acked = voters.ToDictionary(id => id, id => id);
        Assert.Equal(11ul, new Majority(voters).CommittedIndex(new AckedTable(acked)));
    }

    private static ulong DumbCommitted(ulong[] voters, Dictionary<ulong, ulong> acked)
    {
        if (voters.Length == 0)
        {
            return ulong.MaxValue;
        }

        ulong best = 0;
        for (ulong index = 0; index <= 12; index++)
        {
            best = voters.Count(voter => acked.GetValueOrDefault(voter) >= index) * 2 > voters.Length ? index : best;
        }

        return best;
    }

    // Tries what happens if all missing voters say yes, and if all say no.
    private static VoteResult DumbTally(ulong[] incoming, ulong[] outgoing, Dictionary<ulong, bool> votes)
    {
        bool Wins(ulong[] voters, bool missing) =>
            voters.Length == 0 || voters.Count(voter => votes.GetValueOrDefault(voter, missing)) * 2 > voters.Length;
        if (Wins(incoming, false) && Wins(outgoing, false))
        {
            return VoteResult.Won;
        }

        return Wins(incoming, true) && Wins(outgoing, true) ? VoteResult.Pending : VoteResult.Lost;
    }

    // committed|vote cfg=(1,2,3) [outgoing=(…)] and the answers as "id=value" in the input.
    private static string Decide(DataDriven.Command command)
    {
        var config = new JointConfig(ConfChanges.Ids(command.Option("cfg", "")), ConfChanges.Ids(command.Option("outgoing", "")));
        var answers = command.Input.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(word => word.Split('='))
            .ToDictionary(pair => ConfChanges.Ids(pair[0])[0], pair => pair[1]);
        if (command.Name == "vote")
        {
            return config.Tally(answers.ToDictionary(pair => pair.Key, pair => pair.Value == "yes")).ToString();
        }

        var committed = config.CommittedIndex(new AckedTable(answers.ToDictionary(pair => pair.Key, pair => ConfChanges.Ids(pair.Value)[0])));
        return committed == ulong.MaxValue ? "everything" : $"{committed}";
    }
}
