namespace EtcdEdge.StateMachine.Proto;

/// <summary>The limits of Proto, each with its reason.</summary>
public static class ProtoLimits
{
    /// <summary>
    /// Nested groups of an unknown field. Protobuf's own parsers stop at 100 nested messages, and nothing that etcd sends has any.
    /// </summary>
    internal const int MessageDepth = 100;
}
