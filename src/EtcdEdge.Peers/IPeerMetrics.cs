namespace EtcdEdge.Peers;

/// <summary>What is counted between members; ids are member ids. Called from any thread, must not block.</summary>
public interface IPeerMetrics
{
    /// <summary>etcd_network_active_peers: whether the connection to <paramref name="peer"/> is established.</summary>
    void Active(ulong peer, bool isActive);

    /// <summary>etcd_network_disconnected_peers_total.</summary>
    void Disconnected(ulong peer);

    /// <summary>etcd_network_peer_round_trip_time_seconds.</summary>
    void RoundTrip(ulong peer, TimeSpan time);

    /// <summary>etcd_network_peer_sent_bytes_total.</summary>
    void Sent(ulong peer, long bytes);

    /// <summary>etcd_network_peer_received_bytes_total.</summary>
    void Received(ulong peer, long bytes);

    /// <summary>etcd_network_peer_sent_failures_total: a message was dropped.</summary>
    void SendFailed(ulong peer);

    /// <summary>etcd_network_peer_received_failures_total: malformed bytes.</summary>
    void ReceiveFailed(ulong peer);

    /// <summary>A snapshot begins to be sent: etcd_network_snapshot_send_inflights_total, until <see cref="SnapshotSent"/>.</summary>
    void SnapshotSending(ulong peer);

    /// <summary>A snapshot begins to come: etcd_network_snapshot_receive_inflights_total, until <see cref="SnapshotReceived"/>.</summary>
    void SnapshotReceiving(ulong peer);

    /// <summary>etcd_network_snapshot_send_success, _failures and _total_duration_seconds.</summary>
    void SnapshotSent(ulong peer, bool succeeded, TimeSpan took);

    /// <summary>etcd_network_snapshot_receive_success, _failures and _total_duration_seconds.</summary>
    void SnapshotReceived(ulong peer, bool succeeded, TimeSpan took);
}
