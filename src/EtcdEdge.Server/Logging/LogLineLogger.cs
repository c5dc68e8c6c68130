using EtcdEdge.Configuration;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server.Logging;

/// <summary>Formats on the caller's thread, writes on the output's.</summary>
internal sealed class LogLineLogger(string category, LogOutput output, LogFormat format, bool verbose, TimeProvider clock) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <summary>The factory's filter has decided before this is called.</summary>
    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var line = new LogLine(clock.GetUtcNow().UtcDateTime, logLevel, category, eventId, formatter(state, exception),
            state as IReadOnlyList<KeyValuePair<string, object?>>, exception, verbose);
        output.Write(logLevel, format == LogFormat.Json ? line.ToJson() : line.ToConsole());
        if (logLevel == LogLevel.Critical)
        {
            // The process ends after a fatal line.
            output.Flush(TimeSpan.FromSeconds(1));
        }
    }
}
