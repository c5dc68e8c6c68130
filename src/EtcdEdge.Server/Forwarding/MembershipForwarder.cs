using EtcdEdge.Peers;
using EtcdEdge.Server.Common;
using EtcdEdge.Server.Metrics;
using EtcdEdge.Server.Node;
using EtcdEdge.StateMachine.Cluster;
using EtcdEdge.StateMachine.Model;
using Grpc.Core;

namespace EtcdEdge.Server.Forwarding;

/// <summary>The one place that knows that the leader changes the members: it alone sees who is connected and how far a learner has come.</summary>
/// <param name="node">The node.</param>
/// <param name="leader">The way to the leader.</param>
/// <param name="metrics">Where promotions are counted.</param>
internal sealed class MembershipForwarder(IEtcdNode node, LeaderCalls leader, ServerMetrics metrics)
{
    /// <summary>Makes the change, and returns when this member has applied it.</summary>
    /// <exception cref="RpcException">Why not.</exception>
    public async ValueTask ChangeAsync(MembershipChangeKind kind, Member member, CancellationToken cancel)
    {
        var change = new MembershipChange(0, kind, member);
        if (node.Status.IsLeader || !await ChangeThereAsync(change, cancel))
        {
            await ChangeHereAsync(change, cancel);
        }
        else if (kind != MembershipChangeKind.Remove || member.Id != node.MemberId)
        {
            // Who removed itself is no longer answered by the others.
            EtcdStatus.ThrowIfRefused(await node.ReadBarrierAsync(cancel));
        }
    }

    /// <summary>By the leader; false when that is this member by now.</summary>
    private async ValueTask<bool> ChangeThereAsync(MembershipChange change, CancellationToken cancel)
    {
        var wasRemoved = IsRemoved(change);
        try
        {
            return await leader.AskAsync(PeerCallKind.ChangeMembers, change.Encode(), mayRepeat: false, cancel) is not null;
        }
        catch (RpcException) when (!wasRemoved && IsRemoved(change))
        {
            // The leader removed itself, and this member has hung up on it before its answer came.
            return true;
        }
    }

    private bool IsRemoved(MembershipChange change) =>
        change.Kind == MembershipChangeKind.Remove && node.Cluster.Removed.Contains(change.Member.Id);

    /// <summary>As the leader.</summary>
    public async ValueTask ChangeHereAsync(MembershipChange change, CancellationToken cancel)
    {
        var error = (await node.ReconfigureAsync(change, cancel)).Error;
        if (change.Kind == MembershipChangeKind.Promote)
        {
            metrics.PromotedLearner(error == EtcdError.None ? null : EtcdStatus.Refuse(error).Status.Detail);
        }

        EtcdStatus.ThrowIfRefused(error);
    }
}
