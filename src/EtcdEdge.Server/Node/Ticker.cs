namespace EtcdEdge.Server.Node;

/// <summary>
/// Turns elapsed time into Raft ticks. After a long pause (a suspended board, a stalled machine) the missed ticks are not made up for: they
/// would only make a healthy follower campaign.
/// </summary>
internal sealed class Ticker(TimeProvider time, TimeSpan interval)
{
    private readonly long _start = time.GetTimestamp();
    private long _ticked;

    /// <summary>Milliseconds since this ticker began: the node's monotonic clock.</summary>
    public long NowMs => (long)time.GetElapsedTime(_start).TotalMilliseconds;

    /// <summary>How long the loop may sleep before the next tick is due.</summary>
    public int MsToNextTick => (int)Math.Max(0, (_ticked + 1) * (long)interval.TotalMilliseconds - NowMs);

    /// <summary>How many ticks are due, at most <see cref="Limits.TicksPerStep"/>.</summary>
    public int TakeDue()
    {
        long due = NowMs / (long)interval.TotalMilliseconds;
        int ticks = (int)Math.Min(due - _ticked, Limits.TicksPerStep);
        _ticked = due;
        return ticks;
    }
}
