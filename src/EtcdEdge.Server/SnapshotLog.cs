using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server;

/// <summary>What is said of snapshots. Event ids 1200 to 1299; the highest in use is 1202.</summary>
internal static partial class SnapshotLog
{
    [LoggerMessage(1200, LogLevel.Information, "sending database snapshot to client")]
    public static partial void SnapshotBegins(this ILogger logger, long totalBytes, long revision, string storageVersion);

    [LoggerMessage(1201, LogLevel.Information, "successfully sent database snapshot to client")]
    public static partial void SnapshotSent(this ILogger logger, long totalBytes, TimeSpan took);

    [LoggerMessage(1202, LogLevel.Information, "applied snapshot")]
    public static partial void StateInstalled(this ILogger logger, ulong incomingLeaderSnapshotIndex);
}
