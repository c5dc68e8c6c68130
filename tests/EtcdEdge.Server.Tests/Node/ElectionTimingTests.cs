using EtcdEdge.Configuration;
using EtcdEdge.Server.Metrics;
using EtcdEdge.Server.Node;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EtcdEdge.Server.Tests.Node;

// Goal: the election timeout follows slow links and cards, within its bounds and without going to and fro. Method: measured durations by hand, a look
// when the test says.
public sealed class ElectionTimingTests : IDisposable
{
    private readonly RecentDurations _roundTrips = new();
    private readonly RecentDurations _flushes = new();
    private readonly List<double> _changes = [];
    private readonly ElectionTiming _timing;

    public ElectionTimingTests()
    {
        var options = new RaftOptions { AdaptElectionTimeout = true };
        _timing = new ElectionTiming(options, _roundTrips, _flushes, TimeProvider.System, NullLogger.Instance, t =>
            _changes.Add(t.TotalMilliseconds));
    }

    public void Dispose() => _timing.Dispose();

    [Fact]
    public void A_fast_network_and_disk_keep_the_default()
    {
        Measure(roundTripMs: 2, flushMs: 20);
        _timing.Look();
        Assert.Empty(_changes);
        Assert.Equal(1_000, _timing.Current.TotalMilliseconds);
    }

    [Fact]
    public void A_slow_card_raises_it_in_whole_ticks()
    {
        Measure(roundTripMs: 5, flushMs: 400);
        _timing.Look();
        var raised = Assert.Single(_changes);
        Assert.InRange(raised, 2_400, 3_500);
        Assert.Equal(0, raised % 100);
        Assert.Equal(raised, _timing.Current.TotalMilliseconds);
    }

    [Fact]
    public void It_is_bounded()
    {
        Measure(roundTripMs: 900, flushMs: 9_000);
        _timing.Look();
        Assert.Equal([5_000], _changes);
    }

    [Fact]
    public void One_stall_among_many_flushes_changes_nothing()
    {
        Measure(roundTripMs: 2, flushMs: 5, count: 1_000);
        _flushes.Add(TimeSpan.FromSeconds(10));
        _timing.Look();
        Assert.Empty(_changes);
    }

    [Fact]
    public void Too_few_measurements_decide_nothing()
    {
        Measure(roundTripMs: 2, flushMs: 5_000, count: 99);
        _timing.Look();
        Assert.Empty(_changes);
    }

    [Fact]
    public void It_is_lowered_once_a_window_when_much_less_is_wanted_and_forgets_what_is_two_windows_old()
    {
        Measure(roundTripMs: 2, flushMs: 400);
        _timing.Look();
        for (var look = 2; look <= 3 * NodeLimits.TimingLooksPerWindow; look++)
        {
            Measure(roundTripMs: 2, flushMs: 5);
            _timing.Look();
        }

        Assert.Equal(2, _changes.Count);
        Assert.Equal(1_000, _changes[1]);
    }

    [Fact]
    public void A_little_more_and_a_little_less_do_not_move_it()
    {
        Measure(roundTripMs: 2, flushMs: 400);
        _timing.Look();
        for (var look = 0; look < 4 * NodeLimits.TimingLooksPerWindow; look++)
        {
            Measure(roundTripMs: 2, flushMs: look % 60 < 30 ? 400 : 480, count: 20);
            _timing.Look();
        }

        Assert.Single(_changes);
    }

    private void Measure(double roundTripMs, double flushMs, int count = 200)
    {
        for (var n = 0; n < count; n++)
        {
            _roundTrips.Add(TimeSpan.FromMilliseconds(roundTripMs));
            _flushes.Add(TimeSpan.FromMilliseconds(flushMs));
        }
    }
}
