using EtcdEdge.Configuration;
using EtcdEdge.Server.Logging;
using EtcdEdge.Server.Metrics;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server.Node;

/// <summary>
/// Fits the election timeout to this board, unless the operator chose one: never below the default, raised when round trips or flushes are slow, up
/// to a bound. Each member has its own; members need not agree, because no read depends on it.
/// </summary>
internal sealed class ElectionTiming : IDisposable
{
    private readonly RaftOptions _options;
    private readonly RecentDurations _roundTrips;
    private readonly RecentDurations _flushes;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Action<TimeSpan> _changed;
    private ITimer? _timer;
    private int _looks;
    private long _currentTicks;

    /// <param name="options">The timeout to begin with, the tick, and whether it may adapt.</param>
    /// <param name="roundTrips">To all other members.</param>
    /// <param name="flushes">Of this member's log.</param>
    /// <param name="time">When to look.</param>
    /// <param name="logger">Receives a line for each change.</param>
    /// <param name="changed">Takes a new timeout, a whole number of ticks.</param>
    public ElectionTiming(
        RaftOptions options, RecentDurations roundTrips, RecentDurations flushes, TimeProvider time, ILogger logger, Action<TimeSpan> changed)
    {
        (_options, _roundTrips, _flushes, _time, _logger, _changed) = (options, roundTrips, flushes, time, logger, changed);
        _currentTicks = options.ElectionTimeout.Ticks;
    }

    /// <summary>The timeout in force. Any thread.</summary>
    public TimeSpan Current => TimeSpan.FromTicks(Interlocked.Read(ref _currentTicks));

    public void Start()
    {
        if (_options.AdaptElectionTimeout)
        {
            _timer = _time.CreateTimer(_ => Look(), null, NodeLimits.TimingInterval, NodeLimits.TimingInterval);
        }
    }

    public void Dispose() => _timer?.Dispose();

    /// <summary>Compares what was measured with what is in force. By the timer, or a test in its place.</summary>
    internal void Look()
    {
        var endsWindow = ++_looks % NodeLimits.TimingLooksPerWindow == 0;
        if (_roundTrips.Percentile99() is { } roundTrip && _flushes.Percentile99() is { } flush)
        {
            Fit(roundTrip, flush, mayLower: endsWindow);
        }

        if (endsWindow)
        {
            _roundTrips.Turn();
            _flushes.Turn();
        }
    }

    private void Fit(TimeSpan roundTrip, TimeSpan flush, bool mayLower)
    {
        var current = Current;
        var wanted = (roundTrip * NodeLimits.RoundTripsPerElection) + (flush * NodeLimits.FlushesPerElection);
        if (wanted <= current && !(mayLower && wanted < current * NodeLimits.TimingSlack))
        {
            return;
        }

        var next = Bounded(wanted / NodeLimits.TimingSlack);
        if (next != current)
        {
            Interlocked.Exchange(ref _currentTicks, next.Ticks);
            _logger.ElectionTimeoutAdapted(next, current, roundTrip, flush);
            _changed(next);
        }
    }

    private TimeSpan Bounded(TimeSpan wanted)
    {
        var ticks = Math.Ceiling(wanted / _options.HeartbeatInterval) * _options.HeartbeatInterval;
        var most = ticks < NodeLimits.MaxAdaptedElectionTimeout ? ticks : NodeLimits.MaxAdaptedElectionTimeout;
        return most > _options.ElectionTimeout ? most : _options.ElectionTimeout;
    }
}
