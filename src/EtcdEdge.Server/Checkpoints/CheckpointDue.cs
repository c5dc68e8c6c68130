namespace EtcdEdge.Server.Checkpoints;

/// <summary>
/// When the next checkpoint is due: when the log has grown by a bound, or when time has passed and there is anything new; sooner after a compaction,
/// which takes away what then need not be written, and later after a failure.
/// </summary>
internal sealed class CheckpointDue(long logBytes, TimeSpan interval)
{
    private long _lastMs;
    private long _lastLogged;
    private long _lastCompaction;
    private long _notBeforeMs;

    /// <param name="nowMs">The monotonic clock.</param>
    /// <param name="logged">Bytes ever written to the log.</param>
    /// <param name="compactRevision">The store's compact revision.</param>
    public bool IsDue(long nowMs, long logged, long compactRevision)
    {
        if (nowMs < _notBeforeMs || logged == _lastLogged)
        {
            return false;
        }
        long age = nowMs - _lastMs;
        long patience = (long)interval.TotalMilliseconds;
        return logged - _lastLogged >= logBytes || age >= patience || (compactRevision > _lastCompaction && age >= patience / 2);
    }

    /// <summary>One was written, of a state no older than these readings.</summary>
    public void Written(long nowMs, long logged, long compactRevision) => (_lastMs, _lastLogged, _lastCompaction, _notBeforeMs) = (nowMs, logged, compactRevision, 0);

    /// <summary>One failed.</summary>
    public void Failed(long nowMs) => _notBeforeMs = nowMs + Limits.CheckpointRetryMs;
}
