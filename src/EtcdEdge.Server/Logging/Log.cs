using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server.Logging;

/// <summary>
/// Log lines of the server; other areas have classes of their own (PeerLog, SnapshotLog, CorruptionLog, Http2Log). Event ids 1000 to 1999 are this
/// project's; the highest in use in this file is 1070. Messages are constant; parameters become fields in kebab case. A healthy server logs at
/// information level at most every few seconds.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Information, "starting EtcdEdge")]
    public static partial void Starting(this ILogger logger, string version, string etcdVersion, string commit, string name, string dataDir,
        IReadOnlyList<string> listenClientUrls, IReadOnlyList<string> listenPeerUrls);

    [LoggerMessage(1001, LogLevel.Warning, "configuration")]
    public static partial void ConfigurationWarning(this ILogger logger, string warning);

    [LoggerMessage(1002, LogLevel.Information, "recovered the log")]
    public static partial void Recovered(this ILogger logger, ulong appliedIndex, ulong lastIndex, long revision, TimeSpan took);

    [LoggerMessage(1003, LogLevel.Information, "serving client traffic insecurely; this is strongly discouraged!")]
    public static partial void ServingInsecurely(this ILogger logger, string address);

    [LoggerMessage(1038, LogLevel.Information, "serving client traffic securely")]
    public static partial void ServingSecurely(this ILogger logger, string address);

    /// <summary>Tests of many projects wait for this text.</summary>
    [LoggerMessage(1004, LogLevel.Information, "ready to serve client requests")]
    public static partial void ReadyToServe(this ILogger logger);

    /// <summary>Tests of many projects wait for "published"; etcd writes ids in hexadecimal.</summary>
    [LoggerMessage(1005, LogLevel.Information, "published local member to cluster through raft")]
    public static partial void Published(this ILogger logger, string localMemberId, string clusterId, IReadOnlyList<string> clientUrls);

    [LoggerMessage(1006, LogLevel.Information, "received signal; shutting down")]
    public static partial void ShuttingDown(this ILogger logger, string signal);

    [LoggerMessage(1007, LogLevel.Information, "closed server")]
    public static partial void Closed(this ILogger logger, TimeSpan took);

    [LoggerMessage(1008, LogLevel.Critical, "the server cannot go on")]
    public static partial void Fatal(this ILogger logger, Exception error);

    [LoggerMessage(1009, LogLevel.Error, "the server does not start")]
    public static partial void DoesNotStart(this ILogger logger, string reason);

    [LoggerMessage(1010, LogLevel.Information, "raft.node: elected leader")]
    public static partial void LeaderElected(this ILogger logger, string leader, ulong term);

    [LoggerMessage(1011, LogLevel.Warning, "lost the leader")]
    public static partial void LeaderLost(this ILogger logger, string formerLeader, ulong term);

    /// <summary>etcd's text and fields (etcdserver/txn/util.go). The prefix marks reads in etcd, which are not applied here.</summary>
    [LoggerMessage(1012, LogLevel.Warning, "apply request took too long")]
    public static partial void SlowApply(
        this ILogger logger, TimeSpan took, TimeSpan expectedDuration, string prefix, string request, string response, Exception? error);

    [LoggerMessage(1014, LogLevel.Warning, "slow fdatasync")]
    public static partial void SlowFdatasync(this ILogger logger, TimeSpan took, TimeSpan expectedDuration);

    [LoggerMessage(1016, LogLevel.Warning, "the log ended in a torn group; it was never acknowledged and is cut")]
    public static partial void TornTailCut(this ILogger logger, long bytes);

    /// <summary>Acknowledged writes are lost, as --wal-accept-loss allows; a last index of 0 means unknown.</summary>
    [LoggerMessage(1036, LogLevel.Error, "the log was damaged and has been cut, as --wal-accept-loss asks: acknowledged writes are lost")]
    public static partial void LossAccepted(this ILogger logger, string segment, long offset, string damage, ulong firstLostIndex,
        ulong lastLostIndex);

    [LoggerMessage(1040, LogLevel.Information, "wrote a checkpoint")]
    public static partial void CheckpointWritten(this ILogger logger, ulong appliedIndex, long records, long bytes, bool wholeFile, TimeSpan took);

    [LoggerMessage(1041, LogLevel.Warning, "failed to write a checkpoint; the log keeps everything and it will be tried again")]
    public static partial void CheckpointFailed(this ILogger logger, string reason);

    [LoggerMessage(1042, LogLevel.Error, "a checkpoint file was damaged and has been written anew; check the card")]
    public static partial void CheckpointReplaced(this ILogger logger, string damage);

    [LoggerMessage(1043, LogLevel.Error,
        "a checkpoint is damaged and set aside; the state is rebuilt from the one before it and the log; check the card")]
    public static partial void CheckpointDamaged(this ILogger logger, string damage, string keptAs);

    [LoggerMessage(1045, LogLevel.Warning, "the log is near its bound; writes wait until a checkpoint has made room")]
    public static partial void LogNearBound(this ILogger logger, long logBytes, long boundBytes);

    [LoggerMessage(1044, LogLevel.Warning, "the checkpoint's journal cannot be read")]
    public static partial void CheckpointJournalUnreadable(this ILogger logger, string reason);

    [LoggerMessage(1020, LogLevel.Information, "finished scheduled compaction")]
    public static partial void Compacted(this ILogger logger, long compactRevision, TimeSpan took);

    [LoggerMessage(1022, LogLevel.Warning, "alarm raised")]
    public static partial void AlarmRaised(this ILogger logger, string alarm, string memberId, long sizeInUse, long quotaBackendBytes);

    [LoggerMessage(1023, LogLevel.Information, "alarm disarmed")]
    public static partial void AlarmDisarmed(this ILogger logger, string alarm, string memberId);

    [LoggerMessage(1030, LogLevel.Warning, "/health error")]
    public static partial void HealthFailed(this ILogger logger, string path, string reason, int statusCode);

    [LoggerMessage(1031, LogLevel.Debug, "/health OK")]
    public static partial void HealthSucceeded(this ILogger logger, string path, int statusCode);

    [LoggerMessage(1034, LogLevel.Error, "a call failed in a way it should not")]
    public static partial void RpcFailedUnexpectedly(this ILogger logger, string method, Exception error);

    [LoggerMessage(1037, LogLevel.Warning, "failed to notify systemd")]
    public static partial void SupervisorUnreachable(this ILogger logger, string state, string reason);

    /// <summary>etcd's text (embed/serve.go).</summary>
    [LoggerMessage(1063, LogLevel.Warning, "timed out waiting for the ready notification")]
    public static partial void NotReadyInTime(this ILogger logger, TimeSpan waited);

    /// <summary>The log still has room; a full disk stops it when its last segment is full.</summary>
    [LoggerMessage(1069, LogLevel.Warning, "failed to prepare a spare log segment; free space on the log's file system")]
    public static partial void SpareSegmentFailed(this ILogger logger, string error);

    /// <summary>etcd's text (server/etcdserver/raft.go).</summary>
    [LoggerMessage(1070, LogLevel.Warning, "leader failed to send out heartbeat on time; took too long, leader is overloaded likely from slow disk")]
    public static partial void HeartbeatLate(this ILogger logger, TimeSpan heartbeatInterval, TimeSpan expectedDuration, TimeSpan exceededDuration);

    /// <summary>etcd's text; the process ends in order.</summary>
    [LoggerMessage(1064, LogLevel.Error,
        "the member has been permanently removed from the cluster; its data directory must be removed before it is added anew")]
    public static partial void RemovedFromCluster(this ILogger logger);

    [LoggerMessage(1068, LogLevel.Warning,
        "this member was removed from the cluster; it serves no clients any more and goes on until the others hold its removal")]
    public static partial void ClientsTurnedAway(this ILogger logger);

    [LoggerMessage(1035, LogLevel.Warning, "rejecting HTTP request to prevent DNS rebinding attacks")]
    public static partial void HostRejected(this ILogger logger, string host);

    /// <summary>As etcd's; the token is not logged.</summary>
    [LoggerMessage(1060, LogLevel.Warning, "invalid auth token")]
    public static partial void InvalidToken(this ILogger logger, string remote);

    [LoggerMessage(1061, LogLevel.Warning, "invalid authentication was requested")]
    public static partial void AuthenticationFailed(this ILogger logger, string user, string remote);

    [LoggerMessage(1062, LogLevel.Information, "adapted the election timeout to the measured round trips and flushes")]
    public static partial void ElectionTimeoutAdapted(
        this ILogger logger, TimeSpan electionTimeout, TimeSpan previous, TimeSpan roundTripP99, TimeSpan flushP99);

    [LoggerMessage(1065, LogLevel.Information, "leadership transfer starting")]
    public static partial void HandoverStarting(this ILogger logger, string currentLeaderMemberId, string transfereeMemberId);

    [LoggerMessage(1066, LogLevel.Information, "leadership transfer finished")]
    public static partial void HandoverFinished(this ILogger logger, string formerLeaderMemberId, string currentLeaderMemberId, TimeSpan took);

    [LoggerMessage(1067, LogLevel.Warning, "leadership transfer failed")]
    public static partial void HandoverFailed(this ILogger logger, string localMemberId, string error);
}
