using EtcdEdge.Server.Logging;
using EtcdEdge.Server.Node;
using Xunit;

namespace EtcdEdge.Server.Tests.Node;

// Goal: --auto-compaction-mode and -retention compact when and up to what etcd would, however long that takes. Method: a clock that is a number.
public sealed class AutoCompactorTests
{
    private const long MinuteMs = 60_000;

    [Fact]
    public void A_number_of_revisions_is_kept_at_every_look_of_five_minutes()
    {
        var compactor = new RevisionCompactor(10);
        Assert.Null(compactor.Due(0, 100));
        Assert.Null(compactor.Due((5 * MinuteMs) - 1, 100));
        Assert.Equal(90, compactor.Due(5 * MinuteMs, 100));
        compactor.Compacted(5 * MinuteMs, 90);
        Assert.Null(compactor.Due(10 * MinuteMs, 100));
        Assert.Equal(95, compactor.Due(15 * MinuteMs, 105));
    }

    [Fact]
    public void Fewer_revisions_than_are_kept_are_not_compacted() => Assert.Null(Later(new RevisionCompactor(10), 5));

    [Fact]
    public void The_history_of_an_hour_is_kept()
    {
        var compactor = new PeriodicCompactor(TimeSpan.FromHours(1));
        for (long minute = 0; minute < 60; minute++)
        {
            Assert.Null(compactor.Due(minute * MinuteMs, 10 + minute));
        }

        Assert.Equal(10, compactor.Due(60 * MinuteMs, 70));
    }

    private static long? Later(RevisionCompactor compactor, long revision)
    {
        Assert.Null(compactor.Due(0, revision));
        return compactor.Due(5 * MinuteMs, revision);
    }
}
