using EtcdEdge.Api;
using EtcdEdge.Raft.Model;
using EtcdEdge.Server.Common;
using EtcdEdge.Server.Logging;
using EtcdEdge.Server.Metrics;
using EtcdEdge.StateMachine;
using EtcdEdge.StateMachine.Model;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server.Node;

/// <summary>
/// Times what the node loop does, with a clock the loop itself does not have: each applied entry, each step of a compaction. One timestamp per
/// entry, since one's end is the next one's start. Called by the node loop only; the simulator has none.
/// </summary>
/// <param name="time">The monotonic clock.</param>
/// <param name="metrics">Where the durations go.</param>
/// <param name="slowApply">--warning-apply-duration.</param>
/// <param name="heartbeat">--heartbeat-interval.</param>
/// <param name="logger">Receives a line for each slow operation.</param>
internal sealed class LoopMeter(TimeProvider time, EtcdMetrics metrics, TimeSpan slowApply, TimeSpan heartbeat, ILogger logger)
{
    private long _mark;
    private long? _removalStarted;
    private long? _heartbeatSent;

    /// <summary>Entries are about to be applied.</summary>
    public void StartApplying() => _mark = time.GetTimestamp();

    /// <summary>One entry was applied; 0 is an empty one, which is no request.</summary>
    public void Applied(RequestKind kind, in ApplyResult result, ReadOnlyMemory<byte> entry)
    {
        var took = Lap();
        if (kind == 0)
        {
            return;
        }

        metrics.Server.Applied(kind, result.Error == EtcdError.None, took);
        if (result.Response is LeaseGrantResponse grant)
        {
            metrics.Leases.Granted(grant.TTL);
        }

        if (took > slowApply)
        {
            metrics.Server.ApplyWasSlow();
            var error = result.Error == EtcdError.None ? null : new InvalidOperationException(EtcdStatus.Of(result.Error).Detail);
            logger.SlowApply(took, slowApply, "", RequestText.Of(entry), RequestText.Of(result), error);
        }
    }

    /// <summary>A step of a compaction's removal is about to begin.</summary>
    public void StartRemoving()
    {
        _mark = time.GetTimestamp();
        _removalStarted ??= _mark;
    }

    /// <summary>The step is over, and with it all removal unless there is more.</summary>
    public void Removed(bool more, long compactRevision)
    {
        metrics.Mvcc.CompactionPaused(Lap());
        if (!more && _removalStarted is { } started)
        {
            _removalStarted = null;
            var took = time.GetElapsedTime(started, _mark);
            metrics.Mvcc.Compacted(took);
            logger.Compacted(compactRevision, took);
        }
    }

    /// <summary>
    /// Messages are about to be sent. Heartbeats that a leader sends later than twice their interval after those before are counted (etcd
    /// server/etcdserver/raft.go, processMessages: a timeout detector over the interval).
    /// </summary>
    public void Sending(IReadOnlyList<Message> messages, bool isLeader)
    {
        if (!isLeader)
        {
            _heartbeatSent = null;
            return;
        }

        if (!HasHeartbeat(messages))
        {
            return;
        }

        var now = time.GetTimestamp();
        if (_heartbeatSent is { } last && time.GetElapsedTime(last, now) is var gap && gap > 2 * heartbeat)
        {
            metrics.Server.HeartbeatFailed();
            logger.HeartbeatLate(heartbeat, 2 * heartbeat, gap - (2 * heartbeat));
        }

        _heartbeatSent = now;
    }

    private static bool HasHeartbeat(IReadOnlyList<Message> messages)
    {
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i].Type == MessageType.Heartbeat)
            {
                return true;
            }
        }

        return false;
    }

    private TimeSpan Lap()
    {
        var now = time.GetTimestamp();
        var took = time.GetElapsedTime(_mark, now);
        _mark = now;
        return took;
    }
}
