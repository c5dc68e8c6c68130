using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server.Logging;

/// <summary>
/// Writes lines on its own thread, because a log file on a stalled disk or a pipe without a reader must not block the node loop. The queue is
/// bounded: while it is full, lines are dropped and counted, and the count is logged when there is room again.
/// </summary>
internal sealed class LogOutput : IDisposable
{
    private readonly BlockingCollection<Item> _queue = new(LoggingLimits.QueuedLogLines);
    private readonly IReadOnlyList<LogTarget> _targets;
    private readonly Thread _thread;
    private long _dropped;
    private long _toldDropped;

    internal LogOutput(IReadOnlyList<LogTarget> targets)
    {
        _targets = targets;
        _thread = new Thread(WriteUntilClosed) { Name = "log", IsBackground = true };
        _thread.Start();
    }

    /// <summary>One line, or a caller that waits until everything before is written.</summary>
    private readonly record struct Item(LogLevel Level, byte[] Line, ManualResetEventSlim? Written);

    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Opens targets by --log-outputs' names; equal ones once.</summary>
    public static LogOutput Open(IEnumerable<string> names) => new([.. names.Distinct(StringComparer.Ordinal).Select(LogTarget.Open)]);

    /// <summary>Queues one whole line; never waits.</summary>
    public void Write(LogLevel level, byte[] line)
    {
        if (!_queue.IsAddingCompleted && !_queue.TryAdd(new Item(level, line, null)))
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    /// <summary>Waits until everything queued so far is written, at most for <paramref name="patience"/>.</summary>
    public void Flush(TimeSpan patience)
    {
        using var written = new ManualResetEventSlim();
        if (!_queue.IsAddingCompleted && _queue.TryAdd(new Item(LogLevel.None, [], written), patience))
        {
            written.Wait(patience);
        }
    }

    public void Dispose()
    {
        _queue.CompleteAdding();
        if (_thread.Join(LoggingLimits.LogClosingPatience))
        {
            _queue.Dispose();
            foreach (var target in _targets)
            {
                target.Dispose();
            }
        }
    }

    private void WriteUntilClosed()
    {
        foreach (var item in _queue.GetConsumingEnumerable())
        {
            TellDropped();
            foreach (var target in _targets)
            {
                target.Write(item.Level, item.Line);
            }

            Signal(item.Written);
        }
    }

    private void TellDropped()
    {
        var dropped = Dropped;
        if (dropped == _toldDropped)
        {
            return;
        }

        var line = new LogLine(DateTime.UtcNow, LogLevel.Warning, "EtcdEdge.Server", new EventId(0, "LinesDropped"),
            "log lines were dropped because an output stalled", [new("lines", dropped - _toldDropped)], null, false).ToJson();
        _toldDropped = dropped;
        foreach (var target in _targets)
        {
            target.Write(LogLevel.Warning, line);
        }
    }

    /// <summary>The waiter may have timed out.</summary>
    private static void Signal(ManualResetEventSlim? written)
    {
        try
        {
            written?.Set();
        }
        catch (ObjectDisposedException)
        {
            return;
        }
    }
}
