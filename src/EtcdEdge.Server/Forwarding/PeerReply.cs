using System.Text;
using EtcdEdge.Peers;
using EtcdEdge.Server.Common;
using EtcdEdge.StateMachine.Model;
using Grpc.Core;

namespace EtcdEdge.Server.Forwarding;

/// <summary>
/// Answers between members about clients' calls: a result, or the status that the client is to read, so that releases with different errors
/// understand each other. Layout of a refusal: gRPC code (1 byte), text (UTF-8).
/// </summary>
internal static class PeerReply
{
    private const byte Refused = 1;
    private const byte NotLeader = 2;

    public static PeerAnswer Of(ReadOnlyMemory<byte> result) => new(0, result);

    /// <summary>The asked member does not lead any more: the new leader has to be asked.</summary>
    public static PeerAnswer Of(RpcException refusal) => refusal.Status.Equals(EtcdStatus.Of(EtcdError.NotLeader))
        ? new PeerAnswer(NotLeader)
        : new PeerAnswer(Refused, (byte[])[(byte)refusal.StatusCode, .. Encoding.UTF8.GetBytes(refusal.Status.Detail)]);

    /// <summary>The result; null when another member has to be asked.</summary>
    /// <exception cref="RpcException">The refusal, as the client is to read it.</exception>
    public static ReadOnlyMemory<byte>? Read(PeerAnswer answer) => answer.Code switch
    {
        0 => answer.Payload,
        Refused when answer.Payload.Length > 0 => throw new RpcException(
            new Status((StatusCode)answer.Payload.Span[0], Encoding.UTF8.GetString(answer.Payload.Span[1..]))),
        PeerAnswer.UnknownKind => throw EtcdStatus.Refuse(EtcdError.NotCapable),
        _ => null,
    };
}
