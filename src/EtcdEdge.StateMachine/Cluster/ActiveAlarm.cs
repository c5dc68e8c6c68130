using EtcdEdge.Api;

namespace EtcdEdge.StateMachine.Cluster;

/// <summary>An alarm that a member raised and that is not disarmed.</summary>
public readonly record struct ActiveAlarm(ulong MemberId, AlarmType Type);
