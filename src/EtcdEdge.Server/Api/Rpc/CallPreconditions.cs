using EtcdEdge.Api;
using EtcdEdge.Api.Health;
using EtcdEdge.Server.Common;
using EtcdEdge.Server.Node;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Requests;
using Grpc.Core;

namespace EtcdEdge.Server.Api.Rpc;

/// <summary>Checked before the handler of every call (etcd server/etcdserver/api/v3rpc/interceptor.go).</summary>
internal sealed class CallPreconditions(IEtcdNode node)
{
    /// <summary>
    /// Ends the call when this member is a learner and the call is none it may serve, or when the client insists on a leader and there is none.
    /// </summary>
    /// <param name="request">The request; null for a stream of requests.</param>
    /// <param name="context">The call.</param>
    public void Check(object? request, ServerCallContext context)
    {
        var status = node.Status;
        if (status.IsLearner && !MayServeOnLearner(request))
        {
            throw EtcdStatus.Refuse(EtcdError.NotSupportedForLearner);
        }

        if (status.Leader == 0 && context.Header("hasleader") == "true")
        {
            throw EtcdStatus.Refuse(EtcdError.NoLeader);
        }
    }

    private static bool MayServeOnLearner(object? request) =>
        request is StatusRequest or HealthCheckRequest or KvRequest<RangeOp> { Op.Serializable: true };
}
