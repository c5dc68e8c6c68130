using EtcdEdge.Server.Metrics;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace EtcdEdge.Server.Grpc;

/// <summary>One method as the observer knows it: built once at start, shared by all its calls.</summary>
internal sealed class RpcMethod(RpcObserver observer, IMethod method, GrpcMethodMetrics? metrics)
{
    public RpcObserver Observer { get; } = observer;

    public string FullName { get; } = method.FullName;

    public GrpcMethodMetrics? Metrics { get; } = metrics;

    public bool IsUnary { get; } = method.Type == MethodType.Unary;

    public RpcCall Start(ServerCallContext context)
    {
        Metrics?.Started();
        Observer.Network.RequestBegan(IsUnary, context.GetHttpContext().Request.Headers["client-api-version"]);
        return new RpcCall(this, context, Observer.Time.GetTimestamp());
    }
}
