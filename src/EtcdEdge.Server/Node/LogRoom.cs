using EtcdEdge.Storage.Wal;

namespace EtcdEdge.Server.Node;

/// <summary>
/// Keeps the log within its bound while writes arrive faster than checkpoints release it. It has three thresholds, counted in segments because the
/// log is released by whole segments: where a checkpoint becomes due, where ordinary writes wait, and where everything waits. The node loop reserves
/// room; any thread may ask whether it is scarce.
/// </summary>
/// <param name="wal">The log.</param>
/// <param name="boundBytes">What its segments in use may take.</param>
/// <param name="segmentBytes">What one takes.</param>
internal sealed class LogRoom(WriteAheadLog wal, long boundBytes, long segmentBytes)
{
    private readonly long _scarce = boundBytes - (NodeLimits.LogSegmentsScarce * segmentBytes);
    private readonly long _ordinary = boundBytes - (NodeLimits.LogSegmentsForUrgent * segmentBytes);
    private readonly long _urgent = boundBytes - segmentBytes - NodeLimits.LogBytesBesideGroup;
    private long _taken;

    /// <summary>Any thread: what the log's segments in use take.</summary>
    public long UsedBytes => wal.BytesInUse;

    /// <summary>What they may take.</summary>
    public long BoundBytes => boundBytes;

    /// <summary>Any thread: writes are about to wait, or do.</summary>
    public bool IsScarce => wal.BytesInUse > _scarce;

    /// <summary>
    /// The bound of a log for these options: a burst's worth of checkpoints, and in any case some segments and the largest requests.
    /// </summary>
    public static long BoundOf(long checkpointLogBytes, long segmentBytes, long maxRequestBytes) => Math.Max(
        NodeLimits.LogCheckpointsMax * checkpointLogBytes,
        (NodeLimits.LogSegmentsMin * segmentBytes) + (NodeLimits.LogLargestRequests * maxRequestBytes));

    /// <summary>What was taken in the turn before is in the log's groups by now.</summary>
    public void NextTurn() => _taken = 0;

    /// <summary>Reserves room for an entry; false when there is none.</summary>
    /// <param name="bytes">Its data's.</param>
    /// <param name="isUrgent">It may use what is kept for compactions, alarms and the cluster's own business.</param>
    public bool TryTake(long bytes, bool isUrgent)
    {
        var wanted = _taken + bytes + NodeLimits.LogBytesPerEntry;
        var unwritten = wal.BytesUnwritten + wanted;
        if (wal.BytesInUse + unwritten + (unwritten / NodeLimits.LogShareOfSectorHeads) > (isUrgent ? _urgent : _ordinary))
        {
            return false;
        }

        _taken = wanted;
        return true;
    }
}
