namespace EtcdEdge.StateMachine.Watch;

/// <summary>Where a stream's responses go: a bounded queue in front of a client. Called by the hub's one thread; must not block.</summary>
public interface IWatchSink
{
    /// <summary>
    /// Queues a response, in order. May answer false, "full", when <see cref="WatchDelivery.MayBeRefused"/>; it must then cause
    /// <see cref="WatchHub.Drained"/> once there is room again. An empty queue never refuses.
    /// </summary>
    bool Offer(in WatchDelivery delivery);

    /// <summary>Something was queued since the last call: the writer may start.</summary>
    void Wake();
}
