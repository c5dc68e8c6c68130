namespace EtcdEdge.Server.Node;

/// <summary>
/// Decides when the leader compacts automatically (etcd server/etcdserver/api/v3compactor). It is polled once a tick, so that it needs no timer and
/// the simulator drives it; its clock restarts with each term of leadership, as etcd's pause and resume do.
/// </summary>
internal interface IAutoCompactor
{
    /// <summary>The revision to compact now, or null. <paramref name="nowMs"/> is the loop's clock.</summary>
    long? Due(long nowMs, long currentRevision);

    /// <summary>The compaction that <see cref="Due"/> requested has been applied, or had been applied before.</summary>
    void Compacted(long nowMs, long revision);

    /// <summary>This member is no longer, or not yet, the leader.</summary>
    void Pause();
}

/// <summary>Keeps the history of the last <c>retention</c>: samples the revision ten times per interval and compacts the oldest sample.</summary>
internal sealed class PeriodicCompactor : IAutoCompactor
{
    private const long HourMs = 3_600_000;
    private readonly long _intervalMs;
    private readonly long _sampleMs;
    private readonly int _samplesKept;
    private readonly Queue<long> _samples = new();
    private long _nextSampleMs = -1;
    private long _lastSuccessMs = -1;
    private long _lastRevision;

    public PeriodicCompactor(TimeSpan retention)
    {
        var periodMs = Math.Max(1, (long)retention.TotalMilliseconds);
        _intervalMs = Math.Min(periodMs, HourMs);
        _sampleMs = Math.Max(1, _intervalMs / 10);
        _samplesKept = (int)(periodMs / _sampleMs) + 1;
    }

    public long? Due(long nowMs, long currentRevision)
    {
        if (_lastSuccessMs < 0)
        {
            _lastSuccessMs = _nextSampleMs = nowMs;
        }

        if (nowMs < _nextSampleMs)
        {
            return null;
        }

        _nextSampleMs = nowMs + _sampleMs;
        _samples.Enqueue(currentRevision);
        if (_samples.Count > _samplesKept)
        {
            _samples.Dequeue();
        }

        var oldest = _samples.Peek();
        return nowMs - _lastSuccessMs < _intervalMs || oldest == _lastRevision ? null : oldest;
    }

    public void Compacted(long nowMs, long revision)
    {
        _lastSuccessMs = nowMs;
        _lastRevision = revision;
    }

    public void Pause()
    {
        _samples.Clear();
        _lastSuccessMs = -1;
    }
}

/// <summary>Keeps the last <c>retention</c> revisions; checked every five minutes.</summary>
internal sealed class RevisionCompactor(long retention) : IAutoCompactor
{
    private const long IntervalMs = 300_000;
    private long _nextMs = -1;
    private long _lastRevision;

    public long? Due(long nowMs, long currentRevision)
    {
        if (_nextMs < 0)
        {
            _nextMs = nowMs + IntervalMs;
        }

        if (nowMs < _nextMs)
        {
            return null;
        }

        _nextMs = nowMs + IntervalMs;
        var revision = currentRevision - retention;
        return revision <= 0 || revision == _lastRevision ? null : revision;
    }

    public void Compacted(long nowMs, long revision) => _lastRevision = revision;

    public void Pause() => _nextMs = -1;
}
