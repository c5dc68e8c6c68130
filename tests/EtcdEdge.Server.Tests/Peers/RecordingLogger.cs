using System.Collections.Concurrent;
using EtcdEdge.Server.Logging;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server.Tests.Peers;

/// <summary>Keeps what was logged: the text and its fields as one line each.</summary>
internal sealed class RecordingLogger : ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyList<string> Lines => [.. _lines];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var fields = state is IReadOnlyList<KeyValuePair<string, object?>> pairs
            ? string.Join(' ', pairs.Where(pair => pair.Key != "{OriginalFormat}").Select(pair => $"{pair.Key}={pair.Value}"))
            : "";
        _lines.Enqueue($"{formatter(state, exception)} {fields} {exception}");
    }
}
