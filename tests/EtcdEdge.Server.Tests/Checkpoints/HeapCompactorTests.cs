using EtcdEdge.Server.Memory;
using Xunit;

namespace EtcdEdge.Server.Tests.Checkpoints;

/// <summary>
/// Goal: the heap is moved together when nobody notices, else only collected, and neither without a reason. Method: a heap and a clock by hand.
/// </summary>
public sealed class HeapCompactorTests
{
    private const long MiB = 1 << 20;
    private readonly FakeHeap _heap = new() { HeldBytes = 100 * MiB };
    private readonly HeapCompactor _tidy;
    private long _nowMs;
    private long _loggedBytes;

    public HeapCompactorTests() => _tidy = new HeapCompactor(_heap);

    [Fact]
    public void After_a_start_the_first_quiet_moment_is_taken_and_no_other()
    {
        _tidy.Disturbed(_nowMs);
        Assert.True(_tidy.IsDue);
        Look(allocated: 0);
        Assert.Equal((1, 0, false), (_heap.Compactions, _heap.Collections, _tidy.IsDue));
        Look(allocated: 0);
        Assert.Equal(1, _heap.Compactions);
    }

    [Fact]
    public void A_moment_must_last_before_it_counts_as_quiet()
    {
        _tidy.Disturbed(_nowMs);
        _nowMs += MemoryLimits.MemoryLookMs - 1;
        _tidy.Look(_nowMs, _loggedBytes);
        Assert.Equal(0, _heap.Compactions);
    }

    [Fact]
    public void A_load_is_waited_for()
    {
        _tidy.Disturbed(_nowMs);
        Look(allocated: MiB);
        Look(allocated: MiB);
        Assert.Equal((0, 0, true), (_heap.Compactions, _heap.Collections, _tidy.IsDue));
        Look(allocated: MemoryLimits.MemoryQuietBytes);
        Assert.Equal((1, 0), (_heap.Compactions, _heap.Collections));
    }

    [Fact]
    public void A_load_without_end_is_not_stopped()
    {
        _tidy.Disturbed(_nowMs);
        while (_tidy.IsDue)
        {
            Look(allocated: MiB);
        }

        Assert.Equal((0, 1), (_heap.Compactions, _heap.Collections));
        Assert.Equal(MemoryLimits.MemoryPatienceMs, _nowMs);
    }

    [Fact]
    public void A_heap_that_takes_long_to_move_is_only_collected()
    {
        _heap.HeldBytes = 1_000 * MiB;
        _tidy.Disturbed(_nowMs);
        Look(allocated: 0);
        Assert.Equal((0, 1, false), (_heap.Compactions, _heap.Collections, _tidy.IsDue));
    }

    [Fact]
    public void How_long_the_last_time_took_decides_about_the_next()
    {
        _heap.Cost = new HeapCompaction(TimeSpan.FromMilliseconds(400), 100 * MiB);
        _tidy.Disturbed(_nowMs);
        Look(allocated: 0);
        _tidy.Disturbed(_nowMs);
        Look(allocated: 0);
        Assert.Equal((1, 1), (_heap.Compactions, _heap.Collections));
        _heap.HeldBytes = 50 * MiB;
        _tidy.Disturbed(_nowMs);
        Look(allocated: 0);
        Assert.Equal((2, 1), (_heap.Compactions, _heap.Collections));
    }

    [Fact]
    public void An_empty_heap_tells_nothing_of_a_full_one()
    {
        _heap.Cost = new HeapCompaction(TimeSpan.FromMilliseconds(40), 4 * MiB);
        _tidy.Disturbed(_nowMs);
        Look(allocated: 0);
        _tidy.Disturbed(_nowMs);
        Look(allocated: 0);
        Assert.Equal((2, 0), (_heap.Compactions, _heap.Collections));
    }

    [Fact]
    public void Much_that_was_written_is_a_reason_and_little_is_none()
    {
        _loggedBytes = MemoryLimits.MemoryGrowthBytes - 1;
        Look(allocated: 0);
        Look(allocated: 0);
        Assert.Equal((0, false), (_heap.Compactions, _tidy.IsDue));
        _loggedBytes++;
        Look(allocated: 0);
        Look(allocated: 0);
        Assert.Equal((1, false), (_heap.Compactions, _tidy.IsDue));
    }

    private void Look(long allocated)
    {
        _heap.AllocatedBytes += allocated;
        _nowMs += MemoryLimits.MemoryLookMs;
        _tidy.Look(_nowMs, _loggedBytes);
    }

    private sealed class FakeHeap : IHeap
    {
        public long AllocatedBytes { get; set; }

        public long HeldBytes { get; set; }

        public HeapCompaction Cost { get; set; } = new(TimeSpan.FromMilliseconds(50), 100 * MiB);

        public int Compactions { get; private set; }

        public int Collections { get; private set; }

        public HeapCompaction Compact()
        {
            Compactions++;
            return Cost;
        }

        public void CollectBeside() => Collections++;
    }
}
