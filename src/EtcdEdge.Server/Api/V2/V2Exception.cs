using EtcdEdge.StateMachine.V2;

namespace EtcdEdge.Server.Api.V2;

/// <summary>A v2 request that is refused before it reaches the store.</summary>
internal sealed class V2Exception(V2ErrorCode code, string cause) : Exception(cause)
{
    public V2Error Error { get; } = new(code, cause);
}
