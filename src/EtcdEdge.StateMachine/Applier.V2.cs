using EtcdEdge.Api;
using EtcdEdge.StateMachine.V2;

namespace EtcdEdge.StateMachine;

/// <summary>
/// The v2 API's requests. They are applied whatever a member's --enable-v2 is: the flag decides which clients are served, never the state.
/// </summary>
public sealed partial class Applier
{
    /// <summary>The keys of the v2 API.</summary>
    public V2Store V2 { get; } = new();

    private ApplyResult ApplyToV2(V2Request request) => Done(V2.Apply(request));
}
