using EtcdEdge.Server.Common;

namespace EtcdEdge.Server.Node;

/// <summary>
/// Turns elapsed time into Raft ticks. After a long pause (a suspended board, a stalled machine) the missed ticks are not all made up for: they
/// would only make a healthy follower campaign.
/// </summary>
internal sealed class Ticker
{
    private readonly TimeProvider _time;
    private readonly long _intervalMs;
    private long _nextMs;

    public Ticker(TimeProvider time, TimeSpan interval)
    {
        _time = time;
        _intervalMs = (long)interval.TotalMilliseconds;
        _nextMs = time.MonotonicMs() + _intervalMs;
    }

    public long NowMs => _time.MonotonicMs();

    /// <summary>How long the loop may sleep before the next tick is due.</summary>
    public int MsToNextTick => (int)Math.Clamp(_nextMs - NowMs, 0, _intervalMs);

    /// <summary>How many ticks are due, at most <see cref="NodeLimits.TicksPerStep"/>.</summary>
    public int TakeDue()
    {
        var now = NowMs;
        if (now < _nextMs)
        {
            return 0;
        }

        var due = 1 + ((now - _nextMs) / _intervalMs);
        _nextMs += due * _intervalMs;
        return (int)Math.Min(due, NodeLimits.TicksPerStep);
    }
}
