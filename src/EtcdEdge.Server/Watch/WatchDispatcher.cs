using System.Collections.Concurrent;
using EtcdEdge.Server.Common;
using EtcdEdge.StateMachine.Auth;
using EtcdEdge.StateMachine.Mvcc;
using EtcdEdge.StateMachine.Watch;

namespace EtcdEdge.Server.Watch;

/// <summary>
/// The thread that owns the <see cref="WatchHub"/>: sleeps until a root is published or a stream has a command, then handles everything in one pass.
/// It neither waits for clients nor blocks any thread. An exception here is a violated invariant and ends the process.
/// </summary>
public sealed class WatchDispatcher : IDisposable
{
    private readonly Func<MvccRoot> _newestRoot;
    private readonly Func<AuthView> _newestAuth;
    private readonly TimeProvider _time;
    private readonly long _progressIntervalMs;
    private readonly int _tickMs;
    private readonly WatchHub _hub;
    private readonly Thread _thread;
    private readonly WatchWriters _writers = new(WatchLimits.WatchWriterThreads);
    private readonly AutoResetEvent _work = new(initialState: false);

    // Bounded by the streams: each has at most WatchRequestsInFlight requests and one each of the other commands under way.
    private readonly ConcurrentQueue<WatchCommand> _commands = new();
    private readonly List<WatchCommand> _taken = [];

    /// <summary>What compactions are about to take away, in order; one each, and gone with the next pass.</summary>
    private readonly ConcurrentQueue<MvccRoot> _kept = new();
    private int _isSignaled;
    private volatile bool _hasStreams;
    private volatile bool _isStopping;
    private AuthView _auth;
    private long _nextTickMs;
    private long _eventsSent;
    private long _eventsDropped;

    /// <param name="newestRoot">The newest published root, from any thread.</param>
    /// <param name="newestAuth">The newest users and roles, never older than the root that was read before; from any thread.</param>
    /// <param name="progressInterval">--watch-progress-notify-interval; raised to 100 ms.</param>
    /// <param name="time">The clock of the progress notifications.</param>
    public WatchDispatcher(Func<MvccRoot> newestRoot, Func<AuthView> newestAuth, TimeSpan progressInterval, TimeProvider time)
    {
        _newestRoot = newestRoot;
        _newestAuth = newestAuth;
        _auth = newestAuth();
        _time = time;
        _progressIntervalMs = Math.Max((long)progressInterval.TotalMilliseconds, WatchLimits.WatchProgressIntervalMsMin);
        _tickMs = (int)Math.Min(_progressIntervalMs / 10, WatchLimits.WatchTickMsMax);
        _hub = new WatchHub(newestRoot());
        _thread = new Thread(Run) { IsBackground = true, Name = "watch" };
    }

    /// <summary>Open watch streams (etcd_debugging_mvcc_watch_stream_total).</summary>
    public int StreamCount => _hub.StreamCount;

    /// <summary>Watchers (etcd_debugging_mvcc_watcher_total).</summary>
    public int WatcherCount => _hub.WatcherCount;

    /// <summary>Watchers that are behind (etcd_debugging_mvcc_slow_watcher_total).</summary>
    public int SlowWatcherCount => _hub.SlowCount;

    /// <summary>Events that streams have taken to send since start (etcd_debugging_mvcc_events_total).</summary>
    public long EventsSent => Interlocked.Read(ref _eventsSent);

    /// <summary>Events queued for streams and not yet taken (etcd_debugging_mvcc_pending_events_total).</summary>
    public long PendingEvents => Math.Max(0, _hub.EventsTotal - EventsSent - Interlocked.Read(ref _eventsDropped));

    public void Start()
    {
        _writers.Start();
        _thread.Start();
    }

    /// <summary>A new root was published. Called by the node loop after each publication; costs one read when there are no watches.</summary>
    public void Published()
    {
        if (_hasStreams)
        {
            Signal();
        }
    }

    /// <summary>
    /// A compaction is applied next: watchers see what is in this root, with the values before, even if this thread comes late. Called by the node
    /// loop.
    /// </summary>
    public void Compacting(MvccRoot before)
    {
        if (_hasStreams)
        {
            _kept.Enqueue(before);
        }
    }

    public void Dispose()
    {
        _isStopping = true;
        Signal();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        _writers.Dispose();

        _work.Dispose();
    }

    internal WatchSession Open()
    {
        var session = new WatchSession(this, _writers);
        Post(new WatchCommand(WatchCommandKind.Open, session));
        return session;
    }

    internal void Close(WatchSession session)
    {
        session.Close();
        Post(new WatchCommand(WatchCommandKind.Close, session));
    }

    internal void Post(in WatchCommand command)
    {
        _commands.Enqueue(command);
        Signal();
    }

    /// <summary>A stream's writer has taken so many events.</summary>
    internal void Sent(long events) => Interlocked.Add(ref _eventsSent, events);

    private void Signal()
    {
        if (Interlocked.Exchange(ref _isSignaled, 1) == 0)
        {
            _work.Set();
        }
    }

    private void Run()
    {
        var mustGoOn = false;
        while (!_isStopping)
        {
            if (!mustGoOn)
            {
                _work.WaitOne(_hasStreams ? _tickMs : Timeout.Infinite);
            }

            Volatile.Write(ref _isSignaled, 0);
            mustGoOn = Pass();
        }
    }

    /// <summary>
    /// Commands are taken before the root is read: that root contains everything the client saw acknowledged before its command, so that a watch from
    /// "now" does not deliver it and a progress response covers it.
    /// </summary>
    private bool Pass()
    {
        TakeCommands();
        var root = _newestRoot();
        RecheckRights();
        AdvanceKept(root.Revision);
        _hub.Advance(root);
        foreach (var command in _taken)
        {
            Execute(command);
        }

        _taken.Clear();
        _hasStreams = _hub.StreamCount > 0;
        ForgetKeptIfAlone();
        Tick();
        var isBehind = _hub.CatchUp();
        _hub.AnswerProgress();
        _hub.Wake();
        return isBehind;
    }

    // After the root was read, so that nothing written after a right was taken away is shown, and before the hub sees it.
    private void RecheckRights()
    {
        var newest = _newestAuth();
        if (!ReferenceEquals(newest, _auth))
        {
            _auth = newest;
            _hub.Recheck(newest);
        }
    }

    // No root that is newer than what every reader sees by now.
    private void AdvanceKept(long published)
    {
        while (_kept.TryPeek(out var kept) && kept.Revision <= published && _kept.TryDequeue(out _))
        {
            if (kept.Revision > _hub.Revision)
            {
                _hub.Advance(kept);
            }
        }
    }

    // With its last stream gone the thread sleeps: a root that waits for it would keep its tree in memory.
    private void ForgetKeptIfAlone()
    {
        if (!_hasStreams)
        {
            _kept.Clear();
        }
    }

    private void TakeCommands()
    {
        while (_commands.TryDequeue(out var command))
        {
            _taken.Add(command);
        }
    }

    private void Execute(in WatchCommand command)
    {
        var session = command.Session;
        switch (command.Kind)
        {
            case WatchCommandKind.Open:
                session.Stream = _hub.Open(session, JitteredInterval(), _time.MonotonicMs());
                break;
            case WatchCommandKind.Create:
                Create(session.Stream!, command.Spec);
                break;
            case WatchCommandKind.Refuse:
                _hub.Refuse(session.Stream!, command.Spec, command.Refusal);
                break;
            case WatchCommandKind.Cancel:
                _hub.Cancel(session.Stream!, command.WatchId);
                break;
            case WatchCommandKind.Progress:
                _hub.RequestProgress(session.Stream!);
                break;
            case WatchCommandKind.Drained:
                _hub.Drained(session.Stream!);
                break;
            default:
                _hub.Close(session.Stream!);
                Interlocked.Add(ref _eventsDropped, session.Abandon());
                break;
        }

        if (command.IsRequest)
        {
            session.RequestDone();
        }
    }

    // Checked when it was created; but rights that changed since then were rechecked without this watch.
    private void Create(WatchStream stream, in WatchSpec asked)
    {
        var refusal = WatchHub.Judge(_auth, asked);
        if (refusal == WatchRefusal.None)
        {
            _hub.Create(stream, asked);
        }
        else
        {
            _hub.Refuse(stream, asked, refusal);
        }
    }

    private void Tick()
    {
        var nowMs = _time.MonotonicMs();
        if (nowMs >= _nextTickMs)
        {
            _nextTickMs = nowMs + _tickMs;
            _hub.Tick(nowMs);
        }
    }

    /// <summary>Up to a tenth longer, as etcd, so that streams opened together are not notified together.</summary>
    private long JitteredInterval() => _progressIntervalMs + Random.Shared.NextInt64(_progressIntervalMs / 10);
}
