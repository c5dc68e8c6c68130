using Xunit;

namespace EtcdEdge.Server.Tests.Node;

// Goal: a member tells another one that it was removed only when it will still know it after a power cut. Method: the real loop and log on a
// simulated disk, one flush at a time.
public sealed class RemovalTests
{
    [Fact]
    public void A_removed_member_is_told_when_the_commit_of_its_removal_is_flushed()
    {
        var follower = Removed(out var gone);
        Assert.Contains(gone, follower.Cluster.Removed);
        Assert.Null(follower.Told.Find(gone));
        Assert.Empty(follower.Told.Removed);

        Assert.True(follower.Flush(), "what says that it is committed is not on its way to the disk");
        Assert.Equal([gone], follower.Told.Removed);
        Assert.False(follower.Flush(), "a commit costs more than one flush");

        follower.Crash();
        Assert.Equal([gone], follower.Cluster.Removed);
    }

    [Fact]
    public void Before_that_a_power_cut_takes_the_knowledge_away()
    {
        var follower = Removed(out var gone);
        follower.Crash();
        Assert.Empty(follower.Cluster.Removed);
        Assert.NotNull(follower.Told.Find(gone));
    }

    private static FollowerLoop Removed(out ulong gone)
    {
        var follower = new FollowerLoop();
        gone = follower.IdOf("m3");
        follower.AppendRemoval("m3");
        Assert.True(follower.Flush(), "the entry is not on its way to the disk");
        Assert.Empty(follower.Cluster.Removed);
        follower.Commit();
        return follower;
    }
}
