using EtcdEdge.Configuration;
using EtcdEdge.StateMachine;
using EtcdEdge.StateMachine.Auth;
using EtcdEdge.StateMachine.Cluster;
using EtcdEdge.StateMachine.Lease;
using EtcdEdge.StateMachine.Mvcc;

namespace EtcdEdge.Snapshots.State;

/// <summary>The state machine and the pieces it is made of: the node loop changes them through the applier, others read what they publish.</summary>
public sealed record StateMachineParts(
    MvccStore Store, Lessor Lessor, AlarmBoard Alarms, ClusterState Cluster, AuthStore Auth, Quota Quota, Applier Applier)
{
    public static StateMachineParts Create(ServerOptions options)
    {
        var store = new MvccStore();
        var lessor = new Lessor
        {
            CheckpointIntervalMs = options.FeatureGates.IsEnabled("LeaseCheckpoint")
            ? StateMachineLimits.LeaseCheckpointIntervalMs : 0
        };
        var alarms = new AlarmBoard();
        var cluster = new ClusterState();
        var auth = new AuthStore();
        var quota = new Quota(options.Requests.QuotaBackendBytes);
        return new StateMachineParts(store, lessor, alarms, cluster, auth, quota, new Applier(store, lessor, alarms, cluster, auth, quota));
    }

    /// <summary>On the node loop: becomes the state that was restored in <paramref name="incoming"/>.</summary>
    public void TakeOver(ReceivedSnapshot incoming) =>
        Applier.TakeOver(incoming.Header, incoming.State.Store, incoming.State.Lessor, incoming.State.Applier.V2);
}
