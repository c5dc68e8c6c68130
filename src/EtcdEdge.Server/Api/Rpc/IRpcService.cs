namespace EtcdEdge.Server.Api.Rpc;

/// <summary>One gRPC service: it hands its methods to the binder, once, before the host starts.</summary>
internal interface IRpcService
{
    void Bind(RpcBinder binder);
}
