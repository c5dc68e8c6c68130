using System.Diagnostics;

namespace EtcdEdge.Cli.Ctl.Check;

/// <summary>Durations and errors of many calls; thread-safe.</summary>
internal sealed class CheckStatistics
{
    private readonly Lock _lock = new();
    private readonly List<double> _seconds = [];
    private readonly SortedDictionary<string, int> _errors = new(StringComparer.Ordinal);
    private readonly long _start = Stopwatch.GetTimestamp();

    public IReadOnlyDictionary<string, int> Errors => _errors;

    /// <summary>Successful calls per second so far.</summary>
    public double Rate => _seconds.Count / Stopwatch.GetElapsedTime(_start).TotalSeconds;

    /// <summary>Seconds.</summary>
    public double Slowest => _seconds.Count == 0 ? 0 : _seconds.Max();

    /// <summary>Standard deviation in seconds.</summary>
    public double Deviation
    {
        get
        {
            var average = _seconds.Count == 0 ? 0 : _seconds.Average();
            return _seconds.Count == 0 ? 0 : Math.Sqrt(_seconds.Average(one => (one - average) * (one - average)));
        }
    }

    public void Add(TimeSpan took, string? error)
    {
        lock (_lock)
        {
            if (error is null)
            {
                _seconds.Add(took.TotalSeconds);
            }
            else
            {
                _errors[error] = _errors.GetValueOrDefault(error) + 1;
            }
        }
    }
}
