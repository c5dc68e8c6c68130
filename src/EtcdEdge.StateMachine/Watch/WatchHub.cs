using EtcdEdge.Base;
using EtcdEdge.StateMachine.Auth;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Mvcc;

namespace EtcdEdge.StateMachine.Watch;

/// <summary>
/// All watches of this member. Follows the published roots, finds the watchers of each event, and offers it to their streams. Nothing is buffered for
/// a stream without room: its watchers record their position and read on in the history later, exactly like a watcher that starts at an old revision.
/// One thread calls it; it never blocks. See DESIGN.md in this folder.
/// </summary>
public sealed partial class WatchHub(MvccRoot start)
{
    private static readonly byte[] _smallestKey = [0];
    private readonly WatcherIndex _synced = new();
    private readonly WatcherIndex _lagging = new();

    /// <summary>The watchers of <see cref="_lagging"/>, in no order, so that they are served in turn.</summary>
    private readonly List<Watcher> _waiting = [];
    private readonly List<WatchStream> _streams = [];
    private readonly List<WatchStream> _touched = [];
    private readonly List<WatchStream> _wantingProgress = [];
    private MvccRoot _root = start;
    private int _turn;

    /// <summary>Everything up to this revision has been offered to every synced watcher.</summary>
    public long Revision => _root.Revision;

    public int StreamCount => _streams.Count;

    public int WatcherCount { get; private set; }

    /// <summary>Watchers that are behind (etcd_debugging_mvcc_slow_watcher_total).</summary>
    public int SlowCount => WatcherCount - _synced.Count;

    /// <summary>Events offered and taken since start, each counted once per watcher (etcd_debugging_mvcc_events_total).</summary>
    public long EventsTotal { get; private set; }

    /// <summary>Opens a stream. Its watchers that request it get a progress notification every <paramref name="progressIntervalMs"/>.</summary>
    public WatchStream Open(IWatchSink sink, long progressIntervalMs, long nowMs)
    {
        var stream = new WatchStream(sink, progressIntervalMs, nowMs);
        _streams.Add(stream);
        return stream;
    }

    /// <summary>Ends a stream and everything on it.</summary>
    public void Close(WatchStream stream)
    {
        if (stream.IsClosed)
        {
            return;
        }

        foreach (var (_, watcher) in stream.Watchers)
        {
            Leave(watcher);
            WatcherCount--;
        }

        stream.IsClosed = true;
        stream.Watchers.Clear();
        _streams.Remove(stream);
        _touched.Remove(stream);
        _wantingProgress.Remove(stream);
    }

    /// <summary>Creates a watch, or answers why not. The response is queued before any event of the watch.</summary>
    public void Create(WatchStream stream, in WatchSpec asked)
    {
        var spec = asked.Key.IsEmpty ? asked with { Key = _smallestKey } : asked;
        var refusal = Check(stream, spec);
        if (refusal != WatchRefusal.None)
        {
            Answer(stream, WatchDeliveryKind.Refused, WatchDelivery.AllWatches, refusal);
            return;
        }

        var id = spec.WatchId == 0 ? stream.TakeFreeId() : spec.WatchId;
        var watcher = new Watcher(stream, id, spec) { NextRevision = spec.StartRevision == 0 ? _root.Revision + 1 : spec.StartRevision };
        stream.Add(watcher);
        stream.UnsyncedCount++;
        WatcherCount++;
        Answer(stream, WatchDeliveryKind.Created, id);
        Enter(watcher, watcher.NextRevision > _root.Revision ? WatcherState.Synced : WatcherState.Lagging);
    }

    /// <summary>Refuses a watch. As in etcd, a negative start revision is reported first.</summary>
    public void Refuse(WatchStream stream, in WatchSpec asked, WatchRefusal refusal) => Answer(
        stream, WatchDeliveryKind.Refused, WatchDelivery.AllWatches, asked.StartRevision < 0 ? WatchRefusal.NegativeStart : refusal);

    /// <summary>
    /// Users or roles have changed: ends the watches whose users may no longer read what they watch. To be called before the hub advances to
    /// a root that is newer than the change.
    /// </summary>
    public void Recheck(AuthView auth)
    {
        var forbidden = new List<(Watcher Watcher, WatchRefusal Reason)>();
        foreach (var stream in _streams)
        {
            foreach (var (_, watcher) in stream.Watchers)
            {
                var reason = Judge(auth, watcher.Username, watcher.Key, watcher.RangeEnd);
                if (reason != WatchRefusal.None)
                {
                    forbidden.Add((watcher, reason));
                }
            }
        }

        foreach (var (watcher, reason) in forbidden)
        {
            Forget(watcher);
            Answer(watcher.Stream, WatchDeliveryKind.Canceled, watcher.Id, reason);
        }
    }

    /// <summary>
    /// Why the user may not watch these keys now, or None. Somebody's right may have gone between a watch's asking and its creation.
    /// </summary>
    public static WatchRefusal Judge(AuthView auth, in WatchSpec asked) =>
        Judge(auth, asked.Username, asked.Key.IsEmpty ? _smallestKey : asked.Key, asked.RangeEnd);

    private static WatchRefusal Judge(AuthView auth, string? username, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> rangeEnd)
    {
        var who = username is null ? AuthInfo.None : new AuthInfo(username, auth.Revision);
        return auth.CheckRead(who, new KeyRange(key, rangeEnd)) switch
        {
            EtcdError.None => WatchRefusal.None,
            EtcdError.UserEmpty => WatchRefusal.NoUser,
            _ => WatchRefusal.PermissionDenied,
        };
    }

    /// <summary>Ends one watch. As etcd: an unknown id gets no answer.</summary>
    public void Cancel(WatchStream stream, long id)
    {
        if (stream.Watchers.TryGetValue(id, out var watcher))
        {
            Forget(watcher);
            Answer(stream, WatchDeliveryKind.Canceled, id);
        }
    }

    /// <summary>The stream has room again after it refused something: its watchers may continue.</summary>
    public void Drained(WatchStream stream)
    {
        if (stream.IsClosed)
        {
            return;
        }

        while (stream.Blocked.Count > 0)
        {
            var watcher = stream.Blocked[^1];
            Leave(watcher);
            Enter(watcher, WatcherState.Lagging);
        }
    }

    private WatchRefusal Check(WatchStream stream, in WatchSpec spec)
    {
        if (spec.StartRevision < 0)
        {
            return WatchRefusal.NegativeStart;
        }

        var end = spec.RangeEnd.Span;
        var isOpen = end.Length == 1 && end[0] == 0;
        if (!end.IsEmpty && !isOpen && spec.Key.Span.SequenceCompareTo(end) >= 0)
        {
            return WatchRefusal.EmptyRange;
        }

        if (spec.WatchId != 0 && stream.Watchers.ContainsKey(spec.WatchId))
        {
            return WatchRefusal.DuplicateId;
        }

        return WatcherCount >= WatchHubLimits.WatchersMax ? WatchRefusal.TooMany : WatchRefusal.None;
    }

    private void Answer(WatchStream stream, WatchDeliveryKind kind, long id, WatchRefusal refusal = WatchRefusal.None)
    {
        var taken = Offer(stream, new WatchDelivery { Kind = kind, WatchId = id, Revision = _root.Revision, Refusal = refusal });
        Invariant.Require(taken, "a sink takes every response that cannot be repeated");
    }

    private bool Offer(WatchStream stream, in WatchDelivery delivery)
    {
        if (!stream.Sink.Offer(delivery))
        {
            return false;
        }

        if (!stream.IsTouched)
        {
            stream.IsTouched = true;
            _touched.Add(stream);
        }

        return true;
    }

    private void Forget(Watcher watcher)
    {
        Leave(watcher);
        watcher.Stream.Remove(watcher);
        watcher.Stream.UnsyncedCount--;
        WatcherCount--;
    }

    /// <summary>Removes the watcher from the structure of its state; it counts as not synced until it enters the next.</summary>
    private void Leave(Watcher watcher)
    {
        switch (watcher.State)
        {
            case WatcherState.Synced:
                _synced.Remove(watcher);
                watcher.Stream.UnsyncedCount++;
                break;
            case WatcherState.Lagging:
                _lagging.Remove(watcher);
                RemoveSlot(_waiting, watcher);
                break;
            default:
                RemoveSlot(watcher.Stream.Blocked, watcher);
                break;
        }
    }

    private void Enter(Watcher watcher, WatcherState state)
    {
        watcher.State = state;
        switch (state)
        {
            case WatcherState.Synced:
                _synced.Add(watcher);
                watcher.Stream.UnsyncedCount--;
                break;
            case WatcherState.Lagging:
                _lagging.Add(watcher);
                AddSlot(_waiting, watcher);
                break;
            default:
                AddSlot(watcher.Stream.Blocked, watcher);
                break;
        }
    }

    private static void AddSlot(List<Watcher> list, Watcher watcher)
    {
        watcher.Slot = list.Count;
        list.Add(watcher);
    }

    private static void RemoveSlot(List<Watcher> list, Watcher watcher)
    {
        Invariant.Require(list[watcher.Slot] == watcher, "a watcher stands where its slot says");
        var last = list[^1];
        list[watcher.Slot] = last;
        last.Slot = watcher.Slot;
        list.RemoveAt(list.Count - 1);
    }
}
