using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server.Corruption;

/// <summary>
/// Log lines of comparisons between members. Event ids 1400 to 1499; the highest in use is 1416. Texts that etcd also has are etcd's
/// (server/etcdserver/corrupt.go).
/// </summary>
internal static partial class CorruptionLog
{
    [LoggerMessage(1400, LogLevel.Information, "starting initial corruption check")]
    public static partial void InitialCheckStarts(this ILogger logger, string localMemberId, TimeSpan timeout);

    [LoggerMessage(1401, LogLevel.Information, "initial corruption checking passed; no corruption")]
    public static partial void InitialCheckPassed(this ILogger logger, string localMemberId);

    [LoggerMessage(1402, LogLevel.Warning, "found different hash values from remote peer")]
    public static partial void InitialHashDiffers(this ILogger logger, string localMemberId, long localMemberRevision,
        long localMemberCompactRevision, uint localMemberHash, string remotePeerId, long remotePeerRevision, long remotePeerCompactRevision,
        uint remotePeerHash);

    [LoggerMessage(1403, LogLevel.Warning, "found different compact revision values from remote peer")]
    public static partial void InitialCompactRevisionDiffers(this ILogger logger, string localMemberId, long localMemberRevision,
        long localMemberCompactRevision, string remotePeerId, long remotePeerRevision, long remotePeerCompactRevision);

    [LoggerMessage(1404, LogLevel.Warning, "cannot fetch hash from slow remote peer")]
    public static partial void PeerIsSlow(this ILogger logger, string localMemberId, long localMemberRevision, string remotePeerId, string error);

    [LoggerMessage(1405, LogLevel.Warning, "cannot fetch hash from remote peer; local member is behind")]
    public static partial void LocalIsBehind(this ILogger logger, string localMemberId, long localMemberRevision, string remotePeerId, string error);

    [LoggerMessage(1406, LogLevel.Warning, "failed hash kv request")]
    public static partial void HashNotFetched(this ILogger logger, string localMemberId, long requestedRevision, string remotePeerId, string error);

    [LoggerMessage(1407, LogLevel.Information, "enabled corruption checking")]
    public static partial void CorruptionCheckEnabled(this ILogger logger, string localMemberId, TimeSpan interval);

    [LoggerMessage(1408, LogLevel.Warning, "failed to check hash KV")]
    public static partial void PeriodicCheckFailed(this ILogger logger, string error);

    [LoggerMessage(1409, LogLevel.Warning, "revision from follower must be less than or equal to leader's")]
    public static partial void FollowerIsAhead(this ILogger logger, long leaderRevision, long followerRevision, string followerPeerId);

    [LoggerMessage(1410, LogLevel.Warning, "compact revision from follower must be less than or equal to leader's")]
    public static partial void FollowerCompactedFurther(this ILogger logger, long leaderCompactRevision, long followerCompactRevision,
        string followerPeerId);

    [LoggerMessage(1411, LogLevel.Warning, "same compact revision then hashes must match")]
    public static partial void HashesMustMatch(this ILogger logger, long leaderCompactRevision, uint leaderHash, long followerCompactRevision,
        uint followerHash, string followerPeerId);

    [LoggerMessage(1412, LogLevel.Information, "finished peer corruption check")]
    public static partial void PeriodicCheckDone(this ILogger logger, int numberOfPeersChecked);

    [LoggerMessage(1413, LogLevel.Warning, "Skipped peer's hash")]
    public static partial void PeerHashSkipped(this ILogger logger, string peerId, long compactRevision, string reason);

    /// <summary>Member 0 stands for the whole cluster: there is no majority to decide which members differ.</summary>
    [LoggerMessage(1414, LogLevel.Error, "Detected compaction hash mismatch")]
    public static partial void CompactHashDiffers(this ILogger logger, string memberId, long compactRevision, string hashes);

    [LoggerMessage(1415, LogLevel.Information, "finished compaction hash check")]
    public static partial void CompactHashCheckDone(this ILogger logger, long compactRevision, int membersChecked);

    [LoggerMessage(1416, LogLevel.Error, "failed to raise the alarm CORRUPT; it is tried again at the next check")]
    public static partial void CorruptAlarmNotRaised(this ILogger logger, string memberId, string error);
}
