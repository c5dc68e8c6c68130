using Grpc.Core;

namespace EtcdEdge.Server.Grpc;

/// <summary>One method as the observer knows it: built once at start, shared by all its calls.</summary>
internal sealed class RpcMethod(RpcObserver observer, IMethod method)
{
    public RpcObserver Observer { get; } = observer;

    public string FullName { get; } = method.FullName;

    public bool IsUnary { get; } = method.Type == MethodType.Unary;

    public RpcCall Start(ServerCallContext context) => new(this, context, Observer.Time.GetTimestamp());
}
