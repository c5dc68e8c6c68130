using System.Text;
using EtcdEdge.Server.Logging;
using EtcdEdge.Server.Watch;
using EtcdEdge.StateMachine.Auth;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Mvcc;
using EtcdEdge.StateMachine.Watch;
using Xunit;

namespace EtcdEdge.Server.Tests.Watch;

/// <summary>
/// Sessions on a real dispatcher thread over a store that the test writes: what a client gets that reads, and what is kept for one that does
/// not. Nothing waits for a time; everything waits for what must come.
/// </summary>
public sealed class WatchSessionTests : IAsyncDisposable
{
    private readonly MvccStore _store = new();
    private readonly WatchDispatcher _dispatcher;
    private volatile MvccRoot _root;
    private volatile AuthView _auth = AuthView.Initial;

    public WatchSessionTests()
    {
        _root = _store.Publish();
        _dispatcher = new WatchDispatcher(() => _root, () => _auth, TimeSpan.FromMinutes(10), TimeProvider.System);
        _dispatcher.Start();
    }

    /// <summary>A test that read last ends on a writer's thread, which cannot wait for its own end.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.Yield();
        _dispatcher.Dispose();
    }

    [Fact]
    public async Task A_client_that_reads_gets_every_event_once_and_in_order()
    {
        var session = await OpenAsync();
        const int Writes = 20_000;
        for (var i = 0; i < Writes; i++)
        {
            Put("k", 8);
        }

        var next = 2L;
        await foreach (var delivery in ReadAsync(session))
        {
            foreach (var watched in delivery.Batch?.Events ?? [])
            {
                Assert.Equal(next++, watched.Record.ModRevision);
            }

            if (next == Writes + 2)
            {
                return;
            }
        }

        Assert.Fail("the session ended early");
    }

    [Fact]
    public async Task For_a_client_that_does_not_read_no_more_than_the_bound_is_kept_and_nothing_is_lost()
    {
        const int Writes = 300;
        const int ValueBytes = 50_000;
        var slow = await OpenAsync();
        var quick = await OpenAsync();
        for (var i = 0; i < Writes; i++)
        {
            Put("k", ValueBytes);
        }

        Assert.Equal(Writes, await CountAsync(quick, Writes));
        var held = slow.Drain([]);
        Assert.InRange(held.Sum(delivery => delivery.Bytes), 1, WatchLimits.WatchQueueBytes + WatchHubLimits.WatchSliceBytesMax + (2 * ValueBytes));
        var seen = held.Sum(delivery => delivery.Batch?.Events.Count ?? 0);
        Assert.Equal(Writes - seen, await CountAsync(slow, Writes - seen));
    }

    // The differential test's seed 4 found it on a busy machine: the thread came when the compaction had been published too.
    [Fact]
    public async Task What_is_compacted_before_the_thread_comes_is_seen_with_the_values_before()
    {
        var session = await OpenAsync(prevKv: true);
        _store.Compacting += _dispatcher.Compacting;
        const int Rounds = 500;
        for (var i = 0; i < Rounds; i++)
        {
            Write("k", 8);
            Write("k", 8);
            Assert.Equal(EtcdError.None, _store.Compact(_store.Revision));
            _store.CompactStep(int.MaxValue);
            Publish();
        }

        var events = new List<WatchEvent>();
        await foreach (var delivery in ReadAsync(session))
        {
            Assert.Equal(WatchDeliveryKind.Events, delivery.Kind);
            events.AddRange(delivery.Batch!.Events);
            if (events.Count == 2 * Rounds)
            {
                break;
            }
        }

        Assert.Equal(Enumerable.Range(2, 2 * Rounds), events.Select(watched => (int)watched.Record.ModRevision));
        Assert.Equal(Enumerable.Range(2, (2 * Rounds) - 1), events.Skip(1).Select(watched => (int)watched.Previous!.ModRevision));
    }

    [Fact]
    public async Task A_client_that_asks_and_never_reads_is_not_read_either()
    {
        var session = _dispatcher.Open();
        var posted = 0;
        var asking = Task.Run(
            async () =>
            {
                while (await session.RequestAsync(Create(session)))
                {
                    Interlocked.Increment(ref posted);
                }
            },
            TestContext.Current.CancellationToken);
        while (Volatile.Read(ref posted) < WatchLimits.WatchQueueCount)
        {
            await Task.Yield();
        }

        _dispatcher.Close(session);
        await asking;
        Assert.InRange(posted, WatchLimits.WatchQueueCount, WatchLimits.WatchQueueCount + WatchLimits.WatchRequestsInFlight);
    }

    [Fact]
    public async Task A_session_that_ends_takes_its_watchers_with_it()
    {
        var session = await OpenAsync();
        Assert.Equal(1, _dispatcher.WatcherCount);
        _dispatcher.Close(session);
        Assert.False(await session.WaitAsync());
        while (_dispatcher.StreamCount > 0)
        {
            await Task.Yield();
        }

        Assert.Equal(0, _dispatcher.WatcherCount);
    }

    [Fact]
    public async Task A_right_that_went_between_the_asking_and_the_creation_is_gone()
    {
        _auth = AuthView.Of(isEnabled: true, revision: 2, [new AuthUser("alice")], []);
        var session = _dispatcher.Open();
        await session.RequestAsync(
            new WatchCommand(WatchCommandKind.Create, session) { Spec = new WatchSpec { Key = "k"u8.ToArray(), Username = "alice" } });
        await foreach (var delivery in ReadAsync(session))
        {
            Assert.Equal((WatchDeliveryKind.Refused, WatchRefusal.PermissionDenied), (delivery.Kind, delivery.Refusal));
            break;
        }

        Assert.Equal(0, _dispatcher.WatcherCount);
    }

    private static WatchCommand Create(WatchSession session, bool prevKv = false) =>
        new(WatchCommandKind.Create, session) { Spec = new WatchSpec { Key = "k"u8.ToArray(), PrevKv = prevKv } };

    private async Task<WatchSession> OpenAsync(bool prevKv = false)
    {
        var session = _dispatcher.Open();
        Assert.True(await session.RequestAsync(Create(session, prevKv)));
        await foreach (var delivery in ReadAsync(session))
        {
            Assert.Equal(WatchDeliveryKind.Created, delivery.Kind);
            break;
        }

        return session;
    }

    private static async IAsyncEnumerable<WatchDelivery> ReadAsync(WatchSession session)
    {
        while (await session.WaitAsync())
        {
            foreach (var delivery in session.Drain([]))
            {
                yield return delivery;
            }
        }
    }

    private static async Task<int> CountAsync(WatchSession session, int expected)
    {
        var count = 0;
        while (count < expected && await session.WaitAsync())
        {
            count += session.Drain([]).Sum(delivery => delivery.Batch?.Events.Count ?? 0);
        }

        return count;
    }

    private void Put(string key, int valueBytes)
    {
        Write(key, valueBytes);
        Publish();
    }

    private void Write(string key, int valueBytes)
    {
        _store.Begin();
        _store.Put(Encoding.UTF8.GetBytes(key), new byte[valueBytes], 0);
        _store.End();
    }

    private void Publish()
    {
        _root = _store.Publish();
        _dispatcher.Published();
    }
}
