using System.Collections.Concurrent;
using EtcdEdge.Base;
using EtcdEdge.Peers;

namespace EtcdEdge.Server.Metrics;

/// <summary>What passes between members, per member, in the names the stock mixin's alerts use.</summary>
internal sealed class PeerMetrics : IPeerMetrics
{
    private static readonly Buckets s_roundTrips = Buckets.Doubling(0.0001, 16);
    private static readonly Buckets s_snapshots = Buckets.Doubling(0.1, 10);

    private readonly ConcurrentDictionary<ulong, bool> _active = new();
    private readonly ConcurrentDictionary<ulong, long> _disconnects = new();
    private readonly ByPeer<Counter> _sent;
    private readonly ByPeer<Counter> _received;
    private readonly ByPeer<Counter> _sendFailures;
    private readonly ByPeer<Counter> _receiveFailures;
    private readonly ByPeer<Histogram> _roundTrips;
    private readonly ByPeer<Counter> _snapshotsSent;
    private readonly ByPeer<Counter> _snapshotsNotSent;
    private readonly ByPeer<Histogram> _snapshotSendTimes;
    private readonly ByPeer<Counter> _snapshotsReceived;
    private readonly ByPeer<Counter> _snapshotsNotReceived;
    private readonly ByPeer<Histogram> _snapshotReceiveTimes;
    private readonly ConcurrentDictionary<ulong, long> _sendingNow = new();
    private readonly ConcurrentDictionary<ulong, long> _receivingNow = new();

    public PeerMetrics(MetricRegistry registry)
    {
        registry.DynamicGauge("etcd_network_active_peers", "The current number of active peer connections.",
            at => _active.Select(peer => (Between(at, peer.Key), peer.Value ? 1.0 : 0)));
        registry.DynamicGauge("etcd_network_known_peers", "The current number of known peers.",
            at => _active.Select(peer => (Between(at, peer.Key), 1.0)));
        registry.Family("etcd_network_disconnected_peers_total", MetricType.Counter, "The total number of disconnected peers.")
            .Add(new DynamicGauge(at => _disconnects.Select(peer => (Between(at, peer.Key), (double)peer.Value))));
        _sent = Counters(registry, "etcd_network_peer_sent_bytes_total", "The total number of bytes sent to peers.", "To");
        _received = Counters(registry, "etcd_network_peer_received_bytes_total", "The total number of bytes received from peers.", "From");
        _sendFailures = Counters(registry, "etcd_network_peer_sent_failures_total", "The total number of send failures from peers.", "To");
        _receiveFailures = Counters(registry, "etcd_network_peer_received_failures_total",
            "The total number of receive failures from peers.", "From");
        _roundTrips = Histograms(registry, "etcd_network_peer_round_trip_time_seconds", "Round-Trip-Time histogram between peers", "To",
            s_roundTrips);
        _snapshotsSent = Counters(registry, "etcd_network_snapshot_send_success", "Total number of successful snapshot sends", "To");
        _snapshotsNotSent = Counters(registry, "etcd_network_snapshot_send_failures", "Total number of snapshot send failures", "To");
        _snapshotSendTimes = Histograms(registry, "etcd_network_snapshot_send_total_duration_seconds",
            "Total latency distributions of v3 snapshot sends", "To", s_snapshots);
        _snapshotsReceived = Counters(registry, "etcd_network_snapshot_receive_success", "Total number of successful snapshot receives", "From");
        _snapshotsNotReceived = Counters(registry, "etcd_network_snapshot_receive_failures", "Total number of snapshot receive failures", "From");
        _snapshotReceiveTimes = Histograms(registry, "etcd_network_snapshot_receive_total_duration_seconds",
            "Total latency distributions of v3 snapshot receives", "From", s_snapshots);
        UnderWay(registry, "etcd_network_snapshot_send_inflights_total", "Total number of inflight snapshot sends", "To", _sendingNow);
        UnderWay(registry, "etcd_network_snapshot_receive_inflights_total", "Total number of inflight snapshot receives", "From", _receivingNow);
        registry.Gauge("etcd_server_snapshot_apply_in_progress_total", "1 if the server is applying the incoming snapshot. 0 if none.",
            _ => _receivingNow.Values.Any(count => count > 0) ? 1 : 0);
    }

    /// <summary>Round trips to all members, of late: the election timeout adapts to them.</summary>
    public RecentDurations RecentRoundTrips { get; } = new();

    public void Active(ulong peer, bool isActive) => _active[peer] = isActive;

    public void Disconnected(ulong peer) => _disconnects.AddOrUpdate(peer, 1, (_, count) => count + 1);

    public void RoundTrip(ulong peer, TimeSpan time)
    {
        _roundTrips.Of(peer).Observe(time);
        RecentRoundTrips.Add(time);
    }

    public void Sent(ulong peer, long bytes) => _sent.Of(peer).Add(bytes);

    public void Received(ulong peer, long bytes) => _received.Of(peer).Add(bytes);

    public void SendFailed(ulong peer) => _sendFailures.Of(peer).Increment();

    public void ReceiveFailed(ulong peer) => _receiveFailures.Of(peer).Increment();

    public void SnapshotSending(ulong peer) => Add(_sendingNow, peer, 1);

    public void SnapshotReceiving(ulong peer) => Add(_receivingNow, peer, 1);

    public void SnapshotSent(ulong peer, bool succeeded, TimeSpan took)
    {
        Add(_sendingNow, peer, -1);
        (succeeded ? _snapshotsSent : _snapshotsNotSent).Of(peer).Increment();
        _snapshotSendTimes.Of(peer).Observe(took);
    }

    public void SnapshotReceived(ulong peer, bool succeeded, TimeSpan took)
    {
        Add(_receivingNow, peer, -1);
        (succeeded ? _snapshotsReceived : _snapshotsNotReceived).Of(peer).Increment();
        _snapshotReceiveTimes.Of(peer).Observe(took);
    }

    private static void Add(ConcurrentDictionary<ulong, long> counts, ulong peer, long more) =>
        counts.AddOrUpdate(peer, more, (_, count) => count + more);

    private static void UnderWay(MetricRegistry registry, string name, string help, string label, ConcurrentDictionary<ulong, long> counts) =>
        registry.DynamicGauge(name, help, _ => counts.Select(peer => (PrometheusText.Label(label, HexId.Of(peer.Key)), (double)peer.Value)));

    private static ByPeer<Counter> Counters(MetricRegistry registry, string name, string help, string label) =>
        registry.Family(name, MetricType.Counter, help).Add(new ByPeer<Counter>(peer => new Counter(PrometheusText.Label(label, HexId.Of(peer)))));

    private static ByPeer<Histogram> Histograms(MetricRegistry registry, string name, string help, string label, Buckets buckets) =>
        registry.Family(name, MetricType.Histogram, help)
            .Add(new ByPeer<Histogram>(peer => new Histogram(buckets, PrometheusText.Label(label, HexId.Of(peer)))));

    private static string Between(Scrape at, ulong peer) => PrometheusText.Labels(("Local", HexId.Of(at.Node.MemberId)), ("Remote", HexId.Of(peer)));
}
