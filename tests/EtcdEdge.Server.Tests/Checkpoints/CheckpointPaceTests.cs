using EtcdEdge.Snapshots.Checkpoints;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EtcdEdge.Server.Tests.Checkpoints;

/// <summary>Goal: a checkpoint leaves the card to the log, and hurries when that is full. Method: a clock and rests by hand.</summary>
public sealed class CheckpointPaceTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<double> _restsMs = [];
    private bool _isPressed;

    [Theory]
    [InlineData(12, 25, 100)]
    [InlineData(12, 100, 100)]
    [InlineData(4, 100, 100)]
    [InlineData(4, 10_000, 250)]
    public void It_rests_as_long_as_it_worked_and_longer_where_the_card_is_fast(int megaBytes, int tookMs, int restMs)
    {
        Write(megaBytes, tookMs);
        Assert.Equal([restMs], _restsMs);
    }

    [Fact]
    public void It_does_not_rest_before_anything_is_written_nor_while_writes_wait_for_it()
    {
        Write(megaBytes: 0, tookMs: 100);
        _isPressed = true;
        Write(megaBytes: 4, tookMs: 100);
        Assert.Empty(_restsMs);
    }

    private void Write(int megaBytes, int tookMs)
    {
        var pace = new CheckpointPace(_time, () => _isPressed, time => _restsMs.Add(time.TotalMilliseconds));
        pace.Begin(written: 7);
        _time.Advance(TimeSpan.FromMilliseconds(tookMs));
        pace.Rest(written: 7 + (megaBytes << 20));
    }
}
