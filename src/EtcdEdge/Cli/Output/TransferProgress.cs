namespace EtcdEdge.Cli.Output;

/// <summary>How much of a transfer is done, on a terminal; nothing elsewhere.</summary>
internal sealed class TransferProgress(TextWriter terminal, bool isTerminal) : IDisposable
{
    private const string EraseLine = "\r\u001b[K";
    private static readonly TimeSpan s_redraw = TimeSpan.FromMilliseconds(200);
    private readonly TimeProvider _time = TimeProvider.System;
    private long _shownAt;

    /// <param name="done">Bytes so far.</param>
    /// <param name="left">Bytes to come.</param>
    public void Show(long done, long left)
    {
        if (isTerminal && (_shownAt == 0 || _time.GetElapsedTime(_shownAt) > s_redraw))
        {
            _shownAt = _time.GetTimestamp();
            terminal.Write($"{EraseLine}{HumanBytes.Of(done)} of {HumanBytes.Of(done + left)}");
        }
    }

    public void Dispose()
    {
        if (_shownAt != 0)
        {
            terminal.Write(EraseLine);
        }
    }
}
