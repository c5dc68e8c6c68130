using System.Buffers;
using EtcdEdge.Api;
using EtcdEdge.Server.Node;
using EtcdEdge.StateMachine.Cluster;
using EtcdEdge.StateMachine.Model;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server.Corruption;

/// <summary>Raises CORRUPT through the log, so that every member refuses writes from the same entry on. Any thread.</summary>
internal sealed class CorruptAlarm(IEtcdNode node, ILogger logger)
{
    /// <param name="memberId">Whose data is wrong; 0 when only the whole cluster can be named.</param>
    /// <param name="cancel">The server stops.</param>
    public async Task RaiseAsync(ulong memberId, CancellationToken cancel)
    {
        // An alarm that is already raised would cost a log entry at every check.
        if (node.Alarms.Contains(new ActiveAlarm(memberId, AlarmType.Corrupt)))
        {
            return;
        }

        var request = new AlarmRequest { Action = AlarmRequest.Types.AlarmAction.Activate, MemberID = memberId, Alarm = AlarmType.Corrupt };
        var result = await node.ProposeAsServerAsync(RequestKind.Alarm, new ReadOnlySequence<byte>(request.ToByteArray()), cancel);
        if (result.Error != EtcdError.None)
        {
            logger.CorruptAlarmNotRaised(MemberText.Of(memberId), result.Error.ToString());
        }
    }
}
