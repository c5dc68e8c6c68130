using EtcdEdge.Server.Checkpoints;
using Xunit;

namespace EtcdEdge.Server.Tests.Checkpoints;

/// <summary>Goal: checkpoints come when the log's length or its growth is worth one. Method: the rule alone, with readings by hand.</summary>
public sealed class CheckpointDueTests
{
    private const long LogBytes = 32 << 20;
    private const long Minute = 60_000;
    private readonly CheckpointDue _due = new(LogBytes, TimeSpan.FromMinutes(5));

    [Fact]
    public void The_logs_bound_asks_for_one_at_any_time()
    {
        Assert.False(_due.IsDue(1, LogBytes - 1, 0));
        Assert.True(_due.IsDue(1, LogBytes, 0));
    }

    [Fact]
    public void Time_asks_for_the_first_one_if_anything_was_written()
    {
        Assert.False(_due.IsDue(60 * Minute, 0, 0));
        Assert.False(_due.IsDue((5 * Minute) - 1, 4096, 0));
        Assert.True(_due.IsDue(5 * Minute, 4096, 0));
    }

    [Fact]
    public void A_compaction_halves_the_patience()
    {
        Assert.False(_due.IsDue((5 * Minute / 2) - 1, 4096, compactRevision: 7));
        Assert.True(_due.IsDue(5 * Minute / 2, 4096, compactRevision: 7));
    }

    [Fact]
    public void Time_alone_asks_for_none_that_would_cost_much_of_what_the_log_has_grown_by()
    {
        const long cost = 100_000;
        const long worth = cost * CheckpointLimits.CheckpointLogShare;
        _due.Written(0, 0, 0, cost);
        Assert.False(_due.IsDue(600 * Minute, worth - 1, compactRevision: 7));
        Assert.True(_due.IsDue(5 * Minute, worth, 0));
        Assert.False(_due.IsDue(1, worth, 0));
    }

    [Fact]
    public void A_log_near_its_bound_asks_even_when_nothing_was_written_since_and_is_heard_soon_after_a_failure()
    {
        _due.Written(0, logged: 4096, 0, cost: 1 << 20);
        Assert.False(_due.IsDue(1, 4096, 0));
        Assert.True(_due.IsDue(1, 4096, 0, isPressed: true));
        _due.Failed(1_000);
        Assert.False(_due.IsDue(1_000 + CheckpointLimits.CheckpointPressedRetryMs - 1, 4096, 0, isPressed: true));
        Assert.True(_due.IsDue(1_000 + CheckpointLimits.CheckpointPressedRetryMs, 4096, 0, isPressed: true));
    }

    [Fact]
    public void After_a_failure_it_waits_even_when_the_log_is_long_until_writes_wait_for_it()
    {
        _due.Failed(1_000);
        Assert.False(_due.IsDue(1_000 + CheckpointLimits.CheckpointRetryMs - 1, LogBytes, 0));
        Assert.True(_due.IsDue(1_000 + CheckpointLimits.CheckpointPressedRetryMs, LogBytes, 0, isPressed: true));
        Assert.True(_due.IsDue(1_000 + CheckpointLimits.CheckpointRetryMs, LogBytes, 0));
    }
}
