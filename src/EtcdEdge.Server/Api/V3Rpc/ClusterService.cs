using System.Globalization;
using EtcdEdge.Api;
using EtcdEdge.Configuration;
using EtcdEdge.Server.Api.Rpc;
using EtcdEdge.Server.Auth;
using EtcdEdge.Server.Common;
using EtcdEdge.Server.Forwarding;
using EtcdEdge.Server.Node;
using EtcdEdge.Snapshots.Members;
using EtcdEdge.StateMachine.Cluster;
using EtcdEdge.StateMachine.Model;
using Grpc.Core;
using Member = EtcdEdge.StateMachine.Cluster.Member;

namespace EtcdEdge.Server.Api.V3Rpc;

/// <summary>etcdserverpb.Cluster (etcd server/etcdserver/api/v3rpc/member.go).</summary>
/// <param name="node">The node.</param>
/// <param name="access">The caller's rights: changes need the root role (etcd checkMembershipOperationPermission).</param>
/// <param name="members">Makes the changes.</param>
/// <param name="time">Salts new members' ids, as etcd's clock does.</param>
internal sealed class ClusterService(IEtcdNode node, AccessControl access, MembershipForwarder members, TimeProvider time) : IRpcService
{
    private const string Name = "etcdserverpb.Cluster";
    private readonly ResponseHeaders _headers = new(node);

    public void Bind(RpcBinder binder)
    {
        binder.Unary(Messages.Unary(Name, "MemberList", MemberListRequest.Parser, MemberListResponse.Parser), MemberListAsync);
        binder.Unary(Messages.Unary(Name, "MemberAdd", MemberAddRequest.Parser, MemberAddResponse.Parser), AddAsync);
        binder.Unary(Messages.Unary(Name, "MemberRemove", MemberRemoveRequest.Parser, MemberRemoveResponse.Parser), RemoveAsync);
        binder.Unary(Messages.Unary(Name, "MemberUpdate", MemberUpdateRequest.Parser, MemberUpdateResponse.Parser), UpdateAsync);
        binder.Unary(Messages.Unary(Name, "MemberPromote", MemberPromoteRequest.Parser, MemberPromoteResponse.Parser), PromoteAsync);
    }

    private static EtcdEdge.Api.Member MessageOf(Member member) => new()
    {
        ID = member.Id,
        Name = member.Name,
        PeerURLs = { member.PeerUrls },
        ClientURLs = { member.ClientUrls },
        IsLearner = member.IsLearner,
    };

    private IEnumerable<EtcdEdge.Api.Member> All() => node.Cluster.Members.Select(MessageOf);

    // etcd reads the members linearizably unless a client requests otherwise; clients before 3.5 never send the field.
    private async ValueTask<MemberListResponse> MemberListAsync(MemberListRequest request, ServerCallContext context)
    {
        await access.RequireUserAsync(context);
        if (request.Linearizable)
        {
            EtcdStatus.ThrowIfRefused(await node.ReadBarrierAsync(context.CancellationToken));
        }

        return new MemberListResponse { Header = _headers.MessageAt(0), Members = { All() } };
    }

    private async ValueTask<MemberAddResponse> AddAsync(MemberAddRequest request, ServerCallContext context)
    {
        await access.RequireAdminAsync(context);
        string[] urls = [.. request.PeerURLs.Select(Url).Order(StringComparer.Ordinal)];
        if (urls.Length == 0)
        {
            throw EtcdStatus.Refuse(EtcdError.MemberBadUrls);
        }

        // The id is a name, not a time: a board whose clock is in 1970 gets one too.
        var salt = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var member = new Member { Id = InitialClusterMembers.MemberId(urls, salt), PeerUrls = [.. urls], IsLearner = request.IsLearner };
        await members.ChangeAsync(MembershipChangeKind.Add, member, context.CancellationToken);
        return new MemberAddResponse { Header = _headers.MessageAt(0), Member = MessageOf(member), Members = { All() } };
    }

    private async ValueTask<MemberRemoveResponse> RemoveAsync(MemberRemoveRequest request, ServerCallContext context)
    {
        await access.RequireAdminAsync(context);
        await members.ChangeAsync(MembershipChangeKind.Remove, new Member { Id = request.ID }, context.CancellationToken);
        return new MemberRemoveResponse { Header = _headers.MessageAt(0), Members = { All() } };
    }

    private async ValueTask<MemberUpdateResponse> UpdateAsync(MemberUpdateRequest request, ServerCallContext context)
    {
        await access.RequireAdminAsync(context);
        await members.ChangeAsync(
            MembershipChangeKind.UpdatePeerUrls, new Member { Id = request.ID, PeerUrls = [.. request.PeerURLs] }, context.CancellationToken);
        return new MemberUpdateResponse { Header = _headers.MessageAt(0), Members = { All() } };
    }

    private async ValueTask<MemberPromoteResponse> PromoteAsync(MemberPromoteRequest request, ServerCallContext context)
    {
        await access.RequireAdminAsync(context);
        await members.ChangeAsync(MembershipChangeKind.Promote, new Member { Id = request.ID }, context.CancellationToken);
        return new MemberPromoteResponse { Header = _headers.MessageAt(0), Members = { All() } };
    }

    private static string Url(string text) =>
        ListenUrl.TryParse(text, out var url, out _) ? url.ToString() : throw EtcdStatus.Refuse(EtcdError.MemberBadUrls);
}
