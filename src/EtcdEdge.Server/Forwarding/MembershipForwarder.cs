using EtcdEdge.Peers;
using EtcdEdge.Server.Common;
using EtcdEdge.Server.Node;
using EtcdEdge.StateMachine.Cluster;
using Grpc.Core;

namespace EtcdEdge.Server.Forwarding;

/// <summary>Changes the membership from any member: on the leader by itself, elsewhere by asking the leader.</summary>
/// <param name="node">This member.</param>
/// <param name="members">Changes the membership while this member leads.</param>
/// <param name="leader">Asks the leader when that is another member.</param>
internal sealed class MembershipForwarder(IEtcdNode node, LeaderMembership members, LeaderCalls leader)
{
    /// <summary>Makes the change, and returns when this member has applied it.</summary>
    /// <exception cref="RpcException">Why not.</exception>
    public async ValueTask ChangeAsync(MembershipChangeKind kind, Member member, CancellationToken cancel)
    {
        var change = new MembershipChange(0, kind, member);
        if (node.Status.IsLeader || !await AskLeaderAsync(change, cancel))
        {
            await members.ChangeAsync(change, cancel);
        }
        else if (kind != MembershipChangeKind.Remove || member.Id != node.MemberId)
        {
            // A member that removed itself is no longer answered by the others.
            EtcdStatus.ThrowIfRefused(await node.ReadBarrierAsync(cancel));
        }
    }

    /// <summary>Asks the leader; false when this member leads by now.</summary>
    private async ValueTask<bool> AskLeaderAsync(MembershipChange change, CancellationToken cancel)
    {
        var wasRemoved = IsRemoved(change);
        try
        {
            return await leader.AskAsync(PeerCallKind.ChangeMembers, change.Encode(), mayRepeat: false, cancel) is not null;
        }
        catch (RpcException) when (!wasRemoved && IsRemoved(change))
        {
            // The leader removed itself, and this member closed the connection before the answer arrived.
            return true;
        }
    }

    private bool IsRemoved(MembershipChange change) =>
        change.Kind == MembershipChangeKind.Remove && node.Cluster.Removed.Contains(change.Member.Id);
}
