using EtcdEdge.Api;

namespace EtcdEdge.Differential;

/// <summary>Hashes, alarms, status and the member list.</summary>
internal sealed partial class Generator
{
    private Step AnyMaintenanceStep()
    {
        switch (_random.Next(14))
        {
            case < 6: return HashKv(Chance(60) ? 0 : AnyUncompactedRevision());
            case 6: return Status();
            case 7: return MemberList(new MemberListRequest { Linearizable = Chance(50) });
            case 8: return Step.Unary("Maintenance/Defragment", new DefragmentRequest(), (s, r, o) => s.Maintenance.DefragmentAsync(r, o));
            case 9: return MoveLeader(new MoveLeaderRequest { TargetID = 12345 });
            case 10: return RangeOfEverything();
            case 11: return WhileAlarmed(AlarmType.Corrupt);
            case 12: return WhileAlarmed(AlarmType.Nospace);
            default: return Alarm(AlarmRequest.Types.AlarmAction.Get, AlarmType.None);
        }
    }

    /// <summary>Any revision but those that compactions were asked for (<see cref="KnownDifferences"/>).</summary>
    private long AnyUncompactedRevision()
    {
        var revision = AnyRevision();
        return reference.HasCompacted(revision) ? 0 : revision;
    }

    private static Step HashKv(long revision) =>
        Step.Unary("Maintenance/HashKV", new HashKVRequest { Revision = revision }, (s, r, o) => s.Maintenance.HashKVAsync(r, o));

    private static Step Status() => Step.Unary("Maintenance/Status", new StatusRequest(), (s, r, o) => s.Maintenance.StatusAsync(r, o));

    private static Step MemberList(MemberListRequest request) =>
        Step.Unary("Cluster/MemberList", request, (s, r, o) => s.Cluster.MemberListAsync(r, o));

    private static Step MoveLeader(MoveLeaderRequest request) =>
        Step.Unary("Maintenance/MoveLeader", request, (s, r, o) => s.Maintenance.MoveLeaderAsync(r, o));

    private static Step RangeOfEverything() => Range(new RangeRequest { Key = Keys.Zero, RangeEnd = Keys.Zero });

    /// <summary>Raises an alarm, makes a few calls under it, and takes it back.</summary>
    private Step WhileAlarmed(AlarmType type)
    {
        for (var n = _random.Next(2, 7); n > 0; n--)
        {
            _planned.Enqueue(UnderAlarm());
        }

        _planned.Enqueue(Alarm(AlarmRequest.Types.AlarmAction.Get, type));
        _planned.Enqueue(Status());
        _planned.Enqueue(Alarm(AlarmRequest.Types.AlarmAction.Deactivate, type));
        return Alarm(AlarmRequest.Types.AlarmAction.Activate, type);
    }

    private Step UnderAlarm() => _random.Next(7) switch
    {
        0 => Put(AnyPut()),
        1 => Range(AnyRangeRequest()),
        2 => DeleteRange(AnyDelete()),
        3 => Txn(AnyTxn(MaxNesting, TxnKind.PutAndDelete)),
        4 => Compact(),
        5 => AnyLeaseStep(),
        _ => Alarm(AlarmRequest.Types.AlarmAction.Get, AlarmType.None),
    };

    private static Step Alarm(AlarmRequest.Types.AlarmAction action, AlarmType type)
    {
        var request = new AlarmRequest { Action = action, Alarm = type };
        return new Step("Maintenance/Alarm", AnswerText.Of(request), async (session, cancel) =>
        {
            await session.LearnMemberAsync(cancel);
            var own = new AlarmRequest(request) { MemberID = session.MemberId };
            return AnswerText.Of(await session.Maintenance.AlarmAsync(own, cancellationToken: cancel));
        });
    }
}
