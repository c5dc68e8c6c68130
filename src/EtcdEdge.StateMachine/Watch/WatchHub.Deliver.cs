using EtcdEdge.Base;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Mvcc;

namespace EtcdEdge.StateMachine.Watch;

/// <summary>Walking the history: new revisions for the synced watchers, old ones in bounded slices for those behind.</summary>
public sealed partial class WatchHub
{
    private readonly List<WatcherGroup> _found = [];
    private readonly List<WatcherGroup> _matched = [];

    /// <summary>Offers everything between the last root and this one to the synced watchers.</summary>
    public void Advance(MvccRoot next)
    {
        Invariant.Require(next.Revision >= _root.Revision, "published roots do not go back");
        var from = _root.Revision + 1;
        _root = next;
        if (_synced.Count == 0)
        {
            return;
        }

        if (next.CompactRevision > from)
        {
            LoseTouch(from);
            return;
        }

        while (from <= next.Revision)
        {
            var to = Gather(_synced, from);
            OfferSynced();
            from = to + 1;
        }
    }

    /// <summary>One bounded slice of history for lagging watchers. Returns whether any watcher still waits for one.</summary>
    public bool CatchUp()
    {
        if (!TryTakeTurn(out var leader))
        {
            return false;
        }

        var from = leader.NextRevision;
        var to = Gather(_lagging, from);
        OfferLagging(from, to == _root.Revision ? _root.Revision : 0);
        MoveOn(from, to);
        return _waiting.Count > 0;
    }

    /// <summary>Starts the writers of all streams that got something. At the end of each pass of the caller.</summary>
    public void Wake()
    {
        foreach (var stream in _touched)
        {
            stream.IsTouched = false;
            stream.Sink.Wake();
        }

        _touched.Clear();
    }

    /// <summary>
    /// The history between two roots was removed (a snapshot was installed): the catch-up finds what synced watchers missed, or finds it compacted.
    /// </summary>
    private void LoseTouch(long from)
    {
        var lost = new List<Watcher>();
        foreach (var stream in _streams)
        {
            foreach (var (_, watcher) in stream.Watchers)
            {
                if (watcher.State == WatcherState.Synced && watcher.NextRevision <= _root.Revision)
                {
                    lost.Add(watcher);
                }
            }
        }

        foreach (var watcher in lost)
        {
            Leave(watcher);
            watcher.NextRevision = Math.Max(watcher.NextRevision, from);
            Enter(watcher, WatcherState.Lagging);
        }
    }

    /// <summary>
    /// Matches records against an index from a revision on, until the root's end or a slice is full; never ends within a revision, so that
    /// a transaction's events stay together. Returns the last revision it covered.
    /// </summary>
    private long Gather(WatcherIndex index, long from)
    {
        var count = 0;
        var bytes = 0L;
        var last = from - 1;
        foreach (var record in _root.History.From(from))
        {
            var isFull = count >= WatchHubLimits.WatchSliceRecordsMax || bytes >= WatchHubLimits.WatchSliceBytesMax;
            if (isFull && record.ModRevision > last)
            {
                return last;
            }

            last = record.ModRevision;
            count++;
            if (Match(index, record))
            {
                bytes += record.Key.Length + record.Value.Length;
            }
        }

        return _root.Revision;
    }

    private bool Match(WatcherIndex index, Record record)
    {
        _found.Clear();
        index.Find(record.Key, _found);
        if (_found.Count == 0)
        {
            return false;
        }

        var watched = new WatchEvent(record);
        foreach (var group in _found)
        {
            if (group.Pending.Count == 0)
            {
                _matched.Add(group);
            }

            if (group.WantsPrevious)
            {
                watched.LookUpPrevious(_root);
            }

            group.Pending.Add(watched);
        }

        return true;
    }

    private void OfferSynced()
    {
        foreach (var group in _matched)
        {
            var batch = TakeBatch(group);
            for (var slot = group.Count - 1; slot >= 0; slot--)
            {
                var watcher = group[slot];
                if (!TryDeliver(watcher, batch, batch.LastRevision))
                {
                    watcher.NextRevision = Math.Max(watcher.NextRevision, batch.FirstRevision);
                    Block(watcher);
                }
            }
        }

        _matched.Clear();
    }

    /// <summary>
    /// Offers a slice to the watchers that are within it. As in etcd, a watcher that is synced afterwards receives the store's revision in the header
    /// (<paramref name="syncedRevision"/>, else 0); another one receives no more than the revision of its events.
    /// </summary>
    private void OfferLagging(long from, long syncedRevision)
    {
        foreach (var group in _matched)
        {
            var batch = TakeBatch(group);
            for (var slot = group.Count - 1; slot >= 0; slot--)
            {
                var watcher = group[slot];
                if (watcher.NextRevision >= from && !TryDeliver(watcher, batch, Math.Max(syncedRevision, batch.LastRevision)))
                {
                    Block(watcher);
                }
            }
        }

        _matched.Clear();
    }

    private void MoveOn(long from, long to)
    {
        for (var slot = _waiting.Count - 1; slot >= 0; slot--)
        {
            var watcher = _waiting[slot];
            if (watcher.NextRevision < from || watcher.NextRevision > to + 1)
            {
                continue;
            }

            watcher.NextRevision = to + 1;
            if (to == _root.Revision)
            {
                Leave(watcher);
                Enter(watcher, WatcherState.Synced);
            }
        }
    }

    /// <summary>
    /// Whose position the next slice begins at. By turns, so that one watcher with a million revisions to go does not hold up another that
    /// misses ten. Ends those that compaction has overtaken; brings up to date those that miss nothing.
    /// </summary>
    private bool TryTakeTurn(out Watcher leader)
    {
        while (_waiting.Count > 0)
        {
            _turn = _turn + 1 < _waiting.Count ? _turn + 1 : 0;
            leader = _waiting[_turn];
            if (leader.NextRevision < _root.CompactRevision)
            {
                EndCompacted(leader);
            }
            else if (leader.NextRevision > _root.Revision)
            {
                Leave(leader);
                Enter(leader, WatcherState.Synced);
            }
            else
            {
                return true;
            }
        }

        leader = null!;
        return false;
    }

    private void EndCompacted(Watcher watcher)
    {
        Forget(watcher);
        var taken = Offer(watcher.Stream, new WatchDelivery
        {
            Kind = WatchDeliveryKind.Compacted,
            WatchId = watcher.Id,
            Revision = 0,
            CompactRevision = _root.CompactRevision,
        });
        Invariant.Require(taken, "a sink takes every response that cannot be repeated");
    }

    private static WatchBatch TakeBatch(WatcherGroup group)
    {
        var batch = new WatchBatch([.. group.Pending]);
        group.Pending.Clear();
        return batch;
    }

    /// <summary>False when the stream has no room. True also when nothing of the batch is for this watcher.</summary>
    private bool TryDeliver(Watcher watcher, WatchBatch batch, long revision)
    {
        var part = batch.For(watcher);
        if (part.IsEmpty)
        {
            return true;
        }

        var delivery = new WatchDelivery
        {
            Kind = WatchDeliveryKind.Events,
            WatchId = watcher.Id,
            Revision = revision,
            Batch = part,
            PrevKv = watcher.PrevKv,
            Fragment = watcher.Fragment,
        };
        if (!Offer(watcher.Stream, delivery))
        {
            return false;
        }

        watcher.IsIdle = false;
        EventsTotal += part.Events.Count;
        return true;
    }

    private void Block(Watcher watcher)
    {
        Leave(watcher);
        Enter(watcher, WatcherState.Blocked);
    }
}
