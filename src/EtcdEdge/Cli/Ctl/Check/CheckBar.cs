using System.Globalization;
using EtcdEdge.Cli.Ctl.Common;
using EtcdEdge.Cli.Output;

namespace EtcdEdge.Cli.Ctl.Check;

/// <summary>A bar on stderr while a check runs, on a terminal; nothing elsewhere. Thread-safe.</summary>
internal sealed class CheckBar(int total) : IDisposable
{
    private const int Width = 20;
    private const string EraseLine = "\r\u001b[K";
    private const long RedrawMilliseconds = 200;
    private readonly bool _isTerminal = StandardStream.Error.IsTerminal;
    private readonly Lock _lock = new();
    private long _shownAt;
    private int _done;

    public void Add()
    {
        var done = Interlocked.Increment(ref _done);
        if (!_isTerminal || Environment.TickCount64 - Interlocked.Read(ref _shownAt) < RedrawMilliseconds)
        {
            return;
        }

        lock (_lock)
        {
            _shownAt = Environment.TickCount64;
            var filled = Width * done / total;
            CtlConsole.Error.Write(string.Create(
                CultureInfo.InvariantCulture, $"{EraseLine}{done} / {total} [{new string('#', filled)}{new string(' ', Width - filled)}]"));
        }
    }

    public void Dispose()
    {
        if (_isTerminal)
        {
            CtlConsole.Error.Write(EraseLine);
        }
    }
}
