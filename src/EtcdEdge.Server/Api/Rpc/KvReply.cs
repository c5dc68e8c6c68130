using EtcdEdge.StateMachine.Proto;
using EtcdEdge.StateMachine.Requests;
using Grpc.Core;

namespace EtcdEdge.Server.Api.Rpc;

/// <summary>What a KV method answers: an operation's result under its header, written straight into the connection's buffers.</summary>
internal sealed record KvReply(KvResult Result, WireHeader Header)
{
    public static void Write(KvReply reply, SerializationContext context)
    {
        context.SetPayloadLength(reply.Result.SizeOf(reply.Header));
        reply.Result.Write(reply.Header, context.GetBufferWriter());
        context.Complete();
    }
}
