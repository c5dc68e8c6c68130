using EtcdEdge.Server.Node;
using EtcdEdge.StateMachine.Cluster;
using Xunit;

namespace EtcdEdge.Server.Tests.Node;

// Goal: a removed member stays until those that remain cannot need it any more, and no longer. Method: the decision alone; the simulator has the
// rest.
public sealed class RemovedMemberShutdownTests
{
    private const ulong Self = 5;
    private readonly List<TimeSpan> _leaving = [];

    [Fact]
    public void A_removed_member_waits_for_a_majority_of_those_that_remain()
    {
        var departure = Of(Voters(1, 2, 3, 4));
        departure.Applied();
        departure.SaidBy(1);
        departure.SaidBy(2);
        Assert.Equal([NodeLimits.RemovedUnheardPatience], _leaving);
        departure.SaidBy(3);
        Assert.Equal([NodeLimits.RemovedUnheardPatience, NodeLimits.RemovedPatience], _leaving);
    }

    [Fact]
    public void The_same_member_again_learners_and_strangers_are_no_majority()
    {
        var departure = Of(Voters(1, 2, 3) with { Members = [.. Voters(1, 2, 3).Members, new Member { Id = 9, IsLearner = true }] });
        departure.SaidBy(1);
        departure.SaidBy(1);
        departure.SaidBy(9);
        departure.SaidBy(7);
        Assert.Equal([NodeLimits.RemovedUnheardPatience], _leaving);
    }

    [Fact]
    public void Who_has_not_heard_of_its_removal_does_not_count_itself()
    {
        var departure = Of(Voters(1, 2, Self));
        departure.SaidBy(1);
        departure.SaidBy(2);
        Assert.Equal([NodeLimits.RemovedUnheardPatience, NodeLimits.RemovedPatience], _leaving);
    }

    [Fact]
    public void The_last_one_left_suffices_and_each_patience_is_given_once()
    {
        var departure = Of(Voters(1));
        departure.SaidBy(1);
        departure.Applied();
        departure.SaidBy(1);
        Assert.Equal([NodeLimits.RemovedPatience], _leaving);
    }

    [Fact]
    public void Clients_are_turned_away_once_and_whoever_tells_it_first()
    {
        foreach (var first in new Action<RemovedMemberShutdown>[] { departure => departure.Applied(), departure => departure.SaidBy(1) })
        {
            var begun = 0;
            var departure = new RemovedMemberShutdown(Self, () => Voters(1, 2, 3), _ => { }) { Begins = () => begun++ };
            Assert.Equal(0, begun);
            first(departure);
            departure.Applied();
            departure.SaidBy(1);
            departure.SaidBy(2);
            Assert.Equal(1, begun);
        }
    }

    private RemovedMemberShutdown Of(ClusterView cluster) => new(Self, () => cluster, _leaving.Add);

    private static ClusterView Voters(params ulong[] ids) => new() { Members = [.. ids.Select(id => new Member { Id = id })] };
}
