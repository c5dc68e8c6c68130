using EtcdEdge.Server.Metrics;
using Grpc.Core;

namespace EtcdEdge.Server.Api.Rpc;

/// <summary>One method with its metrics: built once at start, shared by all its calls.</summary>
internal sealed class RpcMethod(RpcObserver observer, IMethod method, GrpcMethodMetrics? metrics)
{
    public RpcObserver Observer { get; } = observer;

    public string FullName { get; } = method.FullName;

    public GrpcMethodMetrics? Metrics { get; } = metrics;

    public bool IsUnary { get; } = method.Type == MethodType.Unary;

    /// <param name="request">The request; null for a stream of requests.</param>
    /// <param name="context">The call.</param>
    public RpcCall Start(object? request, ServerCallContext context)
    {
        Metrics?.Started();
        Observer.Network.RequestBegan(IsUnary, context.Header("client-api-version"));
        return new RpcCall(this, request, context, Observer.Time.GetTimestamp());
    }
}
