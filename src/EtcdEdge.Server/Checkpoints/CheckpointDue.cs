namespace EtcdEdge.Server.Checkpoints;

/// <summary>
/// When the next checkpoint is due: when the log has grown by a bound, or when time has passed and the log has grown by much more than a checkpoint
/// costs; sooner after a compaction, because what it removed need not be written; at once when the log is near its bound; later after a failure. Time
/// alone is no reason: the replay at a start is bounded by bytes, and an idle cluster would write its few records twice for nothing.
/// </summary>
internal sealed class CheckpointDue(long logBytes, TimeSpan interval)
{
    private long _lastMs;
    private long _lastLogged;
    private long _lastCompaction;
    private long _lastCost;
    private long? _failedMs;

    /// <param name="nowMs">The monotonic clock.</param>
    /// <param name="logged">Bytes ever written to the log.</param>
    /// <param name="compactRevision">The store's compact revision.</param>
    /// <param name="isPressed">The log is near its bound, and another checkpoint would let some of it go, even one of a state that is held once
    /// already.</param>
    public bool IsDue(long nowMs, long logged, long compactRevision, bool isPressed = false)
    {
        if (nowMs - _failedMs < (isPressed ? CheckpointLimits.CheckpointPressedRetryMs : CheckpointLimits.CheckpointRetryMs))
        {
            return false;
        }

        if (isPressed || logged == _lastLogged)
        {
            return isPressed;
        }

        if (logged - _lastLogged >= logBytes)
        {
            return true;
        }

        var age = nowMs - _lastMs;
        var patience = (long)interval.TotalMilliseconds;
        var isTime = age >= patience || (compactRevision > _lastCompaction && age >= patience / 2);
        return isTime && (logged - _lastLogged) / CheckpointLimits.CheckpointLogShare >= _lastCost;
    }

    /// <summary>
    /// One was written, of a state no older than these readings; it took <paramref name="cost"/> bytes, which the next one may take too.
    /// </summary>
    public void Written(long nowMs, long logged, long compactRevision, long cost) =>
        (_lastMs, _lastLogged, _lastCompaction, _lastCost, _failedMs) = (nowMs, logged, compactRevision, cost, null);

    /// <summary>One failed. It is tried again later, and sooner once writes wait for it.</summary>
    public void Failed(long nowMs) => _failedMs = nowMs;
}
