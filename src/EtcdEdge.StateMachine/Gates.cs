using EtcdEdge.Api;
using EtcdEdge.StateMachine.Cluster;
using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.StateMachine;

/// <summary>
/// What an active alarm forbids, checked for each entry before it is applied. The log decides when an alarm is active, so every member refuses the
/// same entries (etcd server/etcdserver/apply.go, applierV3Capped; corrupt.go, applierV3Corrupt).
/// </summary>
internal static class Gates
{
    /// <returns>None, Corrupt or NoSpace.</returns>
    public static EtcdError Check(AlarmBoard alarms, RequestKind kind, ReadOnlyMemory<byte> payload)
    {
        if (alarms.Active.IsEmpty)
        {
            return EtcdError.None;
        }

        if (alarms.IsActive(AlarmType.Corrupt) && TouchesData(kind))
        {
            return EtcdError.Corrupt;
        }

        return alarms.IsActive(AlarmType.Nospace) && Quota.CostOf(kind, payload) > 0 ? EtcdError.NoSpace : EtcdError.None;
    }

    private static bool TouchesData(RequestKind kind) => kind is RequestKind.Put or RequestKind.DeleteRange or RequestKind.Txn
        or RequestKind.Compaction or RequestKind.LeaseGrant or RequestKind.LeaseRevoke;
}
