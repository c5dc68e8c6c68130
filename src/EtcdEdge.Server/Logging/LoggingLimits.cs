namespace EtcdEdge.Server.Logging;

/// <summary>The limits of Logging, each with its reason.</summary>
internal static class LoggingLimits
{
    /// <summary>Lines that wait while an output stalls: minutes of a healthy server's log, about a megabyte.</summary>
    public const int QueuedLogLines = 4096;

    /// <summary>A stop takes a second at most; an output that stalls longer loses its last lines.</summary>
    public static readonly TimeSpan LogClosingPatience = TimeSpan.FromMilliseconds(500);
}
