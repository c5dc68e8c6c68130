namespace EtcdEdge.Server.Logging;

/// <summary>Logging's bounds.</summary>
internal static class LogLimits
{
    /// <summary>Lines that wait while an output stalls: minutes of a healthy server's log, about a megabyte.</summary>
    public const int QueuedLines = 4096;

    /// <summary>A stop takes a second at most; an output that stalls longer loses its last lines.</summary>
    public static readonly TimeSpan ClosingPatience = TimeSpan.FromMilliseconds(500);
}
