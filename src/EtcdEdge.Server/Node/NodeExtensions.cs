using System.Buffers;
using EtcdEdge.StateMachine;
using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.Server.Node;

/// <summary>Requests of the server's own.</summary>
internal static class NodeExtensions
{
    /// <summary>Sends a request of the server itself through the log, with root's rights. Never for a client's request.</summary>
    public static ValueTask<ApplyResult> ProposeAsServerAsync(
        this IEtcdNode node, RequestKind kind, ReadOnlySequence<byte> request, CancellationToken cancel) =>
        node.ProposeAsync(kind, request, node.Auth.Root, cancel);
}
