using System.Collections.Concurrent;

namespace EtcdEdge.Server.Watch;

/// <summary>
/// The few threads on which sessions with something to send run their writers, in turn. Not the pool: an event for a thousand streams would
/// put a thousand writers in front of every put's answer there. Here they wait among themselves, and what comes meanwhile leaves in the same
/// flush.
/// </summary>
internal sealed class WatchWriters : IDisposable
{
    // Bounded by the sessions: each is in it at most once.
    private readonly BlockingCollection<WatchSession> _ready = [];
    private readonly Thread[] _threads;

    public WatchWriters(int count)
    {
        _threads = new Thread[count];
        for (var i = 0; i < count; i++)
        {
            _threads[i] = new Thread(Run) { IsBackground = true, Name = "watch-writer" };
        }
    }

    public void Start()
    {
        foreach (var thread in _threads)
        {
            thread.Start();
        }
    }

    /// <summary>Gives the session a turn. The caller sees to it that no session waits for two.</summary>
    public void Enqueue(WatchSession session) => _ready.Add(session);

    /// <summary>Ends the threads after the turns that are due. Nothing may be enqueued any more. Not from within a turn: it waits for them.</summary>
    public void Dispose()
    {
        _ready.CompleteAdding();
        foreach (var thread in _threads)
        {
            if (thread.IsAlive)
            {
                thread.Join();
            }
        }

        _ready.Dispose();
    }

    private void Run()
    {
        foreach (var session in _ready.GetConsumingEnumerable())
        {
            session.TakeTurn();
        }
    }
}
