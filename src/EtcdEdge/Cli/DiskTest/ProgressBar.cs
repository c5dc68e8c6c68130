using System.Globalization;

namespace EtcdEdge.Cli.DiskTest;

/// <summary>A bar on a terminal, redrawn a few times a second and wiped at the end; nothing elsewhere.</summary>
internal sealed class ProgressBar(TextWriter terminal, bool isTerminal) : IDisposable
{
    private const int Width = 40;
    private static readonly TimeSpan s_redraw = TimeSpan.FromMilliseconds(200);
    private readonly TimeProvider _time = TimeProvider.System;
    private long _shownAt;

    /// <param name="done">0 to 1.</param>
    /// <param name="flushes">Made so far.</param>
    public void Show(double done, int flushes)
    {
        if (!isTerminal || (_shownAt != 0 && _time.GetElapsedTime(_shownAt) < s_redraw))
        {
            return;
        }

        _shownAt = _time.GetTimestamp();
        var filled = (int)(Math.Clamp(done, 0, 1) * Width);
        terminal.Write(string.Create(CultureInfo.InvariantCulture,
            $"\r[{new string('#', filled)}{new string(' ', Width - filled)}] {done * 100,3:0} %  {flushes} flushes"));
    }

    public void Dispose()
    {
        if (isTerminal)
        {
            terminal.Write("\r" + new string(' ', Width + 30) + "\r");
        }
    }
}
