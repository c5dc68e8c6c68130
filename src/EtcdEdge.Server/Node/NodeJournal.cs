using System.Collections.Immutable;
using EtcdEdge.Base;
using EtcdEdge.Server.Logging;
using EtcdEdge.StateMachine.Cluster;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server.Node;

/// <summary>
/// Logs rare and important changes: the leader and the alarms. Compares each published state with the previous one; called by the publishing thread
/// only.
/// </summary>
internal sealed class NodeJournal(ILogger logger, long quotaBytes)
{
    private ulong _leader;
    private ImmutableArray<ActiveAlarm> _alarms = [];

    /// <param name="status">The newest state of the node.</param>
    /// <param name="alarms">The alarms that are on now.</param>
    /// <param name="sizeBytes">What the store takes.</param>
    public void Note(NodeStatus status, ImmutableArray<ActiveAlarm> alarms, long sizeBytes)
    {
        if (status.Leader != _leader)
        {
            NoteLeader(status);
        }

        if (alarms != _alarms)
        {
            NoteAlarms(alarms, sizeBytes);
        }
    }

    private void NoteLeader(NodeStatus status)
    {
        if (status.Leader != 0)
        {
            logger.LeaderElected(HexId.Of(status.Leader), status.Term);
        }
        else
        {
            logger.LeaderLost(HexId.Of(_leader), status.Term);
        }

        _leader = status.Leader;
    }

    private void NoteAlarms(ImmutableArray<ActiveAlarm> alarms, long sizeBytes)
    {
        foreach (var raised in alarms.Except(_alarms))
        {
            logger.AlarmRaised(NameOf(raised), HexId.Of(raised.MemberId), sizeBytes, quotaBytes);
        }

        foreach (var disarmed in _alarms.Except(alarms))
        {
            logger.AlarmDisarmed(NameOf(disarmed), HexId.Of(disarmed.MemberId));
        }

        _alarms = alarms;
    }

    private static string NameOf(ActiveAlarm alarm) => alarm.Type.ToString().ToUpperInvariant();
}
