using EtcdEdge.Api;
using EtcdEdge.Server.Node;
using EtcdEdge.StateMachine.Cluster;
using Member = EtcdEdge.StateMachine.Cluster.Member;
using Grpc.Core;

namespace EtcdEdge.Server.Grpc;

/// <summary>etcdserverpb.Cluster. The member list is true today; changing it comes with clusters of several members.</summary>
internal sealed class ClusterService(IEtcdNode node) : IRpcService
{
    private const string Name = "etcdserverpb.Cluster";
    private readonly ResponseHeaders _headers = new(node);

    public void Bind(RpcBinder binder) =>
        binder.Unary(Messages.Unary(Name, "MemberList", MemberListRequest.Parser, MemberListResponse.Parser), MemberListAsync);

    private static Api.Member MessageOf(Member member) => new()
    {
        ID = member.Id,
        Name = member.Name,
        PeerURLs = { member.PeerUrls },
        ClientURLs = { member.ClientUrls },
        IsLearner = member.IsLearner,
    };

    // etcd reads the members of the last agreed state unless asked otherwise by a client from before 3.5, which never sends the field.
    private async ValueTask<MemberListResponse> MemberListAsync(MemberListRequest request, ServerCallContext context)
    {
        if (request.Linearizable)
        {
            EtcdStatus.ThrowIfRefused(await node.ReadBarrierAsync(context.CancellationToken));
        }

        return new MemberListResponse { Header = _headers.MessageAt(0), Members = { node.Cluster.Members.Select(MessageOf) } };
    }
}
