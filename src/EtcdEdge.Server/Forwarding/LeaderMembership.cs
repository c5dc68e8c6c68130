using EtcdEdge.Server.Common;
using EtcdEdge.Server.Metrics;
using EtcdEdge.Server.Node;
using EtcdEdge.StateMachine.Cluster;
using EtcdEdge.StateMachine.Model;
using Grpc.Core;

namespace EtcdEdge.Server.Forwarding;

/// <summary>Changes the membership on the leader, which alone knows which members are connected and how far a learner has caught up.</summary>
/// <param name="node">This member.</param>
/// <param name="metrics">Counts promotions.</param>
internal sealed class LeaderMembership(IEtcdNode node, ServerMetrics metrics)
{
    /// <summary>Makes the change and returns when this member has applied it.</summary>
    /// <exception cref="RpcException">The change was refused, or this member does not lead.</exception>
    public async ValueTask ChangeAsync(MembershipChange change, CancellationToken cancel)
    {
        var error = (await node.ReconfigureAsync(change, cancel)).Error;
        if (change.Kind == MembershipChangeKind.Promote)
        {
            metrics.PromotedLearner(error == EtcdError.None ? null : EtcdStatus.Refuse(error).Status.Detail);
        }

        EtcdStatus.ThrowIfRefused(error);
    }
}
