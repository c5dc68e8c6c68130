using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server.Logging;

/// <summary>Log lines of snapshots. Event ids 1200 to 1299; the highest in use is 1205.</summary>
internal static partial class SnapshotLog
{
    [LoggerMessage(1200, LogLevel.Information, "sending database snapshot to client")]
    public static partial void SnapshotBegins(this ILogger logger, long totalBytes, long revision, string storageVersion);

    [LoggerMessage(1201, LogLevel.Information, "successfully sent database snapshot to client")]
    public static partial void SnapshotSent(this ILogger logger, long totalBytes, TimeSpan took);

    [LoggerMessage(1202, LogLevel.Information, "applied snapshot")]
    public static partial void StateInstalled(this ILogger logger, ulong incomingLeaderSnapshotIndex);

    [LoggerMessage(1203, LogLevel.Error, "this member's state is lost; asking the other members for theirs; check the card")]
    public static partial void RebuildBegins(this ILogger logger, string reason, ulong atLeastIndex);

    [LoggerMessage(1204, LogLevel.Warning, "this member has another member's state and goes on from there")]
    public static partial void Rebuilt(this ILogger logger, string fromMemberId, ulong lastIndex);

    [LoggerMessage(1205, LogLevel.Error, "the log is damaged where a checkpoint holds everything; nothing is lost; check the card")]
    public static partial void LogDamageCovered(this ILogger logger, string segment, long offset, string detail, ulong entriesUpTo);
}
