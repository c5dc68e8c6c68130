namespace EtcdEdge.Server.Metrics;

/// <summary>
/// Recent durations: those of the current window and the one before it, in buckets that grow by a quarter. Adding is one interlocked addition; one
/// thread reads and advances the window.
/// </summary>
internal sealed class RecentDurations
{
    private const int BucketCount = 64;
    private const double FirstBoundMs = 0.1;
    private const double Growth = 1.25;
    private static readonly double s_logGrowth = Math.Log(Growth);
    private int[] _current = new int[BucketCount];
    private int[] _before = new int[BucketCount];

    /// <summary>Any thread.</summary>
    public void Add(TimeSpan duration)
    {
        var bucket = Math.Ceiling(Math.Log(Math.Max(duration.TotalMilliseconds, FirstBoundMs) / FirstBoundMs) / s_logGrowth);
        Interlocked.Increment(ref Volatile.Read(ref _current)[(int)Math.Min(bucket, BucketCount - 1)]);
    }

    /// <summary>Ends the current window; what was before the one before it is forgotten.</summary>
    public void Turn()
    {
        Array.Clear(_before);
        _before = Interlocked.Exchange(ref _current, _before);
    }

    /// <summary>A bound, at most a quarter too high, that 99 of 100 stay within; null while there are fewer than a hundred.</summary>
    public TimeSpan? Percentile99()
    {
        var total = _current.Sum() + _before.Sum();
        if (total < 100)
        {
            return null;
        }

        var (bucket, within) = (-1, 0);
        while (within < total - (total / 100) && bucket < BucketCount - 1)
        {
            bucket++;
            within += _current[bucket] + _before[bucket];
        }

        return TimeSpan.FromMilliseconds(FirstBoundMs * Math.Pow(Growth, bucket));
    }
}
