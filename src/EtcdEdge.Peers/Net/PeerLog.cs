using Microsoft.Extensions.Logging;

namespace EtcdEdge.Peers.Net;

/// <summary>
/// Log lines of the peer transport and of TLS, event ids 300 to 399; highest used: 325. Member ids are hexadecimal as in etcd. Texts that
/// etcd has too are etcd's (server/etcdserver/api/rafthttp), because people search for them.
/// </summary>
public static partial class PeerLog
{
    [LoggerMessage(300, LogLevel.Information, "peer became active")]
    public static partial void PeerActive(this ILogger logger, string peerId, string remote, string remoteVersion, int protocol);

    [LoggerMessage(325, LogLevel.Information, "found a member that the data directory does not know by asking --initial-cluster")]
    public static partial void FoundByInitialCluster(this ILogger logger, string peerId, IReadOnlyList<string> urls);

    [LoggerMessage(301, LogLevel.Warning, "peer became inactive (message send to peer failed)")]
    public static partial void PeerInactive(this ILogger logger, string peerId, string reason);

    [LoggerMessage(302, LogLevel.Warning, "cannot reach peer")]
    public static partial void PeerUnreachable(this ILogger logger, string peerId, string url, string reason);

    [LoggerMessage(303, LogLevel.Error, "a peer refused this member")]
    public static partial void RefusedByPeer(this ILogger logger, string peerId, string url, string code, string reason);

    [LoggerMessage(304, LogLevel.Error, "refused a peer")]
    public static partial void RefusedPeer(this ILogger logger, string peerId, string remote, string code, string reason);

    [LoggerMessage(305, LogLevel.Warning, "closed a peer's connection: it sent malformed bytes")]
    public static partial void Malformed(this ILogger logger, string peerId, string reason);

    [LoggerMessage(306, LogLevel.Warning, "rejected connection on peer endpoint")]
    public static partial void RejectedConnection(this ILogger logger, string remoteAddr, string error);

    [LoggerMessage(307, LogLevel.Error, "a call of a peer failed")]
    public static partial void PeerCallFailed(this ILogger logger, string peerId, byte kind, Exception error);

    [LoggerMessage(308, LogLevel.Error, "a peer's connection failed unexpectedly")]
    public static partial void SessionFailed(this ILogger logger, string peerId, Exception error);

    [LoggerMessage(309, LogLevel.Warning, "a peer URL cannot be used")]
    public static partial void BadPeerUrl(this ILogger logger, string peerId, string url, string reason);

    [LoggerMessage(310, LogLevel.Information, "sending database snapshot")]
    public static partial void SnapshotSending(this ILogger logger, string peerId, ulong index);

    [LoggerMessage(311, LogLevel.Information, "sent database snapshot")]
    public static partial void SnapshotWasSent(this ILogger logger, string peerId, ulong index, long bytes, TimeSpan took);

    [LoggerMessage(312, LogLevel.Warning, "failed to send database snapshot")]
    public static partial void SnapshotNotSent(this ILogger logger, string peerId, ulong index, string reason);

    [LoggerMessage(313, LogLevel.Information, "receiving database snapshot")]
    public static partial void SnapshotReceiving(this ILogger logger, string peerId, ulong index);

    [LoggerMessage(314, LogLevel.Information, "received and saved database snapshot")]
    public static partial void SnapshotReceived(this ILogger logger, string peerId, ulong index, long bytes, TimeSpan took);

    [LoggerMessage(315, LogLevel.Warning, "failed to receive database snapshot")]
    public static partial void SnapshotNotReceived(this ILogger logger, string peerId, ulong index, string reason);

    [LoggerMessage(316, LogLevel.Information, "serving peer traffic")]
    public static partial void ServingPeers(this ILogger logger, string address, string tls);

    [LoggerMessage(320, LogLevel.Warning, "certificate files changed but cannot be used; the old ones stay in use")]
    public static partial void CertificatesNotReloaded(this ILogger logger, string files, string reason);

    [LoggerMessage(321, LogLevel.Information, "certificate files changed and are in use")]
    public static partial void CertificatesReloaded(this ILogger logger, string files);

    [LoggerMessage(322, LogLevel.Warning, "automatically generate certificates")]
    public static partial void CertificateGenerated(this ILogger logger, string path, DateTimeOffset certificateValidityBoundNotAfter);

    [LoggerMessage(323, LogLevel.Warning, "rejected a certificate")]
    public static partial void CertificateRejected(this ILogger logger, string subject, string reason);

    [LoggerMessage(324, LogLevel.Warning, "rejected connection on client endpoint")]
    public static partial void RejectedClient(this ILogger logger, string remoteAddr, string serverName, string error);
}
