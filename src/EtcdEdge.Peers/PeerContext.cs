using EtcdEdge.Peers.Net;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Peers;

/// <summary>What all parts of one transport share.</summary>
public sealed record PeerContext
{
    public required PeerOptions Self { get; init; }

    public required PeerHandlers Handlers { get; init; }

    public required ISnapshotSource SnapshotSource { get; init; }

    public required ISnapshotSink SnapshotSink { get; init; }

    public required IPeerMetrics Metrics { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Logger { get; init; }

    public required LogThrottle LogThrottle { get; init; }
}
