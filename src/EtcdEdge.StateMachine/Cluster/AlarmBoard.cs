using System.Collections.Immutable;
using EtcdEdge.Api;

namespace EtcdEdge.StateMachine.Cluster;

/// <summary>The alarms of the cluster. Changed by applied entries only; <see cref="Active"/> may be read by any thread.</summary>
public sealed class AlarmBoard
{
    private volatile Published _active = new([]);

    /// <summary>The active alarms in order of member, then type.</summary>
    public ImmutableArray<ActiveAlarm> Active => _active.Alarms;

    public bool IsActive(AlarmType type)
    {
        foreach (var alarm in Active)
        {
            if (alarm.Type == type)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Serves an AlarmRequest (etcd server/etcdserver/apply.go, Alarm): the requested alarms, raised or disarmed.</summary>
    public AlarmResponse Apply(AlarmRequest request)
    {
        var alarm = new ActiveAlarm(request.MemberID, request.Alarm);
        return request.Action switch
        {
            AlarmRequest.Types.AlarmAction.Get => Get(request.Alarm),
            AlarmRequest.Types.AlarmAction.Activate => Activate(alarm),
            AlarmRequest.Types.AlarmAction.Deactivate => Deactivate(alarm),
            _ => new AlarmResponse(),
        };
    }

    /// <summary>Replaces all alarms by those of a checkpoint or snapshot.</summary>
    public void Load(IEnumerable<ActiveAlarm> alarms) => Set([.. alarms]);

    private AlarmResponse Get(AlarmType type)
    {
        var response = new AlarmResponse();
        foreach (var alarm in Active)
        {
            if (type == AlarmType.None || alarm.Type == type)
            {
                response.Alarms.Add(MessageOf(alarm));
            }
        }

        return response;
    }

    private AlarmResponse Activate(ActiveAlarm alarm)
    {
        if (alarm.Type is not (AlarmType.Nospace or AlarmType.Corrupt))
        {
            return new AlarmResponse();
        }

        if (!Active.Contains(alarm))
        {
            Set(Active.Add(alarm));
        }

        return new AlarmResponse { Alarms = { MessageOf(alarm) } };
    }

    private AlarmResponse Deactivate(ActiveAlarm alarm)
    {
        if (!Active.Contains(alarm))
        {
            return new AlarmResponse();
        }

        Set(Active.Remove(alarm));
        return new AlarmResponse { Alarms = { MessageOf(alarm) } };
    }

    private void Set(ImmutableArray<ActiveAlarm> alarms) =>
        _active = new Published(alarms.Sort(static (a, b) =>
            a.MemberId != b.MemberId ? a.MemberId.CompareTo(b.MemberId) : a.Type.CompareTo(b.Type)));

    private static AlarmMember MessageOf(ActiveAlarm alarm) => new() { MemberID = alarm.MemberId, Alarm = alarm.Type };

    // An immutable array is a struct; behind one reference its exchange is atomic by definition.
    private sealed record Published(ImmutableArray<ActiveAlarm> Alarms);
}
