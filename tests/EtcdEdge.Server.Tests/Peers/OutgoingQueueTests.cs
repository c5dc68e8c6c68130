// Goal: both bounds hold under concurrent adding. Method: a plain model of the bounds.

using EtcdEdge.Peers;
using Xunit;

namespace EtcdEdge.Server.Tests.Peers;

public sealed class OutgoingQueueTests
{
    [Fact]
    public void It_is_bounded_by_count()
    {
        var queue = new OutgoingQueue<int>(3, 1000);
        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(i => queue.TryAdd(i, 1)));
        Assert.True(queue.TryTake(out var first));
        Assert.Equal(0, first);
        Assert.True(queue.TryAdd(9, 1));
    }

    [Fact]
    public void It_is_bounded_by_bytes_but_takes_a_giant_alone()
    {
        var queue = new OutgoingQueue<int>(10, 100);
        Assert.True(queue.TryAdd(1, 5000));
        Assert.False(queue.TryAdd(2, 1));
        Assert.True(queue.TryTake(out _));
        Assert.True(queue.TryAdd(3, 60));
        Assert.False(queue.TryAdd(4, 60));
        Assert.Equal(60, queue.Bytes);
    }

    [Fact]
    public void Concurrent_adding_never_passes_the_bound()
    {
        var queue = new OutgoingQueue<int>(100, 100_000);
        Parallel.For(0, 10_000, i => queue.TryAdd(i, 10));
        var count = 0;
        while (queue.TryTake(out _))
        {
            count++;
        }

        Assert.InRange(count, 1, 100);
        Assert.Equal(0, queue.Bytes);
    }

    [Fact]
    public async Task A_closed_queue_ends_its_writer_and_takes_nothing()
    {
        var queue = new OutgoingQueue<int>(3, 1000);
        queue.Close();
        Assert.False(queue.TryAdd(1, 1));
        Assert.False(await queue.WaitAsync(TestContext.Current.CancellationToken));
    }
}
