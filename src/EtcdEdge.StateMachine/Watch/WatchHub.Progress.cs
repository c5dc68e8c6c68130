namespace EtcdEdge.StateMachine.Watch;

/// <summary>
/// Progress notifications. They are queued behind the events they cover, and only for synced watchers, so that they are true when they arrive
/// (otherwise etcd #15220).
/// </summary>
public sealed partial class WatchHub
{
    /// <summary>
    /// The client requests the stream's progress: answered by <see cref="AnswerProgress"/> as soon as all its watchers are synced. As in etcd, a
    /// stream without watchers gets no answer. Requests that wait together are answered together.
    /// </summary>
    public void RequestProgress(WatchStream stream)
    {
        if (!stream.IsClosed && !stream.WantsProgress && stream.Watchers.Count > 0)
        {
            stream.WantsProgress = true;
            _wantingProgress.Add(stream);
        }
    }

    /// <summary>Answers the progress requests that can be answered now. After <see cref="Advance"/> and <see cref="CatchUp"/>.</summary>
    public void AnswerProgress()
    {
        for (var i = _wantingProgress.Count - 1; i >= 0; i--)
        {
            var stream = _wantingProgress[i];
            var isMoot = stream.Watchers.Count == 0;
            if (isMoot || (IsSynced(stream) && OfferProgress(stream, WatchDelivery.AllWatches)))
            {
                stream.WantsProgress = false;
                _wantingProgress.RemoveAt(i);
            }
        }
    }

    /// <summary>Sends the progress notifications that are due to watchers that were idle for a whole interval.</summary>
    public void Tick(long nowMs)
    {
        foreach (var stream in _streams)
        {
            if (nowMs >= stream.NextNotifyMs)
            {
                stream.NextNotifyMs = nowMs + stream.ProgressIntervalMs;
                Notify(stream);
            }
        }
    }

    private void Notify(WatchStream stream)
    {
        foreach (var (_, watcher) in stream.Watchers)
        {
            if (watcher.ProgressNotify && watcher.IsIdle && watcher.State == WatcherState.Synced && watcher.StartRevision <= _root.Revision)
            {
                OfferProgress(stream, watcher.Id);
            }

            watcher.IsIdle = true;
        }
    }

    private bool IsSynced(WatchStream stream) => stream.UnsyncedCount == 0 && stream.LatestStart <= _root.Revision;

    private bool OfferProgress(WatchStream stream, long id) =>
        Offer(stream, new WatchDelivery { Kind = WatchDeliveryKind.Progress, WatchId = id, Revision = _root.Revision });
}
