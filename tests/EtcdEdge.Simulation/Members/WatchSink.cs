using EtcdEdge.Simulation.World;
using EtcdEdge.StateMachine.Watch;

namespace EtcdEdge.Simulation.Members;

/// <summary>A watch stream between a process and a client: a bounded queue on the server's side, then a wire that takes time.</summary>
internal sealed class WatchSink(Watching watching, Cluster cluster, Action<WatchDelivery> receive) : IWatchSink
{
    private readonly Queue<WatchDelivery> _queue = new();
    private bool _isDraining;
    private bool _hasRefused;

    public WatchStream? Stream { get; set; }

    public bool Offer(in WatchDelivery delivery)
    {
        if (delivery.MayBeRefused && _queue.Count > 0 && _queue.Count >= cluster.Plan.WatchQueue)
        {
            _hasRefused = true;
            return false;
        }

        if (cluster.Options.Bug != Bug.LoseEvents || delivery.Kind != WatchDeliveryKind.Events || cluster.Random.Next(30) > 0)
        {
            _queue.Enqueue(delivery);
        }

        return true;
    }

    public void Wake()
    {
        if (!_isDraining && _queue.Count > 0)
        {
            _isDraining = true;
            cluster.Time.After(cluster.Random.NextInt64(50, 20_000), Drain);
        }
    }

    private void Drain()
    {
        _isDraining = false;
        if (watching.IsOver || !_queue.TryDequeue(out var delivery))
        {
            return;
        }

        receive(delivery);
        if (_hasRefused && _queue.Count == 0)
        {
            _hasRefused = false;
            watching.Do(hub => hub.Drained(Stream!));
        }

        Wake();
    }
}
