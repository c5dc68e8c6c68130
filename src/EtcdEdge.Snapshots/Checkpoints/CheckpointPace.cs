namespace EtcdEdge.Snapshots.Checkpoints;

/// <summary>
/// Leaves the disk to the log for half of the time that a checkpoint takes, and for more of it where the disk is fast: what is written at full speed
/// delays every flush of the log by the disk's queue, a hundred milliseconds on a virtual disk. Not while writes wait for the checkpoint. The
/// checkpointer's thread.
/// </summary>
/// <param name="time">The monotonic clock.</param>
/// <param name="isPressed">Whether writes wait for room in the log.</param>
/// <param name="rest">Waits on this thread.</param>
public sealed class CheckpointPace(TimeProvider time, Func<bool> isPressed, Action<TimeSpan> rest)
{
    private long _since;
    private long _written;

    /// <summary>A checkpoint begins.</summary>
    /// <param name="written">Bytes that checkpoints have written so far.</param>
    public void Begin(long written) => (_since, _written) = (time.GetTimestamp(), written);

    /// <summary>Between two pieces of it.</summary>
    /// <param name="written">As in <see cref="Begin"/>.</param>
    public void Rest(long written)
    {
        if (written == _written)
        {
            return;
        }

        if (!isPressed())
        {
            rest(AfterPiece(written - _written, time.GetElapsedTime(_since)));
        }

        Begin(written);
    }

    private static TimeSpan AfterPiece(long bytes, TimeSpan took)
    {
        var atMostRate = TimeSpan.FromSeconds(bytes / (double)CheckpointFileLimits.CheckpointBytesPerSecond);
        var longer = atMostRate > 2 * took ? atMostRate - took : took;
        return longer < CheckpointFileLimits.CheckpointRestMax ? longer : CheckpointFileLimits.CheckpointRestMax;
    }
}
