using System.Buffers;
using Google.Protobuf;
using Grpc.Core;

namespace EtcdEdge.Server.Api.Rpc;

/// <summary>Marshallers and methods for generated messages, with grpc-go's status for bytes that are no message.</summary>
internal static class Messages
{
    /// <summary>Both directions straight between the message and the connection's buffers.</summary>
    public static Marshaller<T> Marshaller<T>(MessageParser<T> parser)
        where T : class, IMessage<T>, IBufferMessage => Marshallers.Create(Write, context => Parse(parser, context));

    /// <summary>A unary method of generated messages.</summary>
    public static Method<TRequest, TResponse> Unary<TRequest, TResponse>(
        string service, string name, MessageParser<TRequest> request, MessageParser<TResponse> response)
        where TRequest : class, IMessage<TRequest>, IBufferMessage
        where TResponse : class, IMessage<TResponse>, IBufferMessage =>
        new(MethodType.Unary, service, name, Marshaller(request), Marshaller(response));

    /// <summary>A method that answers with a stream of generated messages.</summary>
    public static Method<TRequest, TResponse> ServerStreaming<TRequest, TResponse>(
        string service, string name, MessageParser<TRequest> request, MessageParser<TResponse> response)
        where TRequest : class, IMessage<TRequest>, IBufferMessage
        where TResponse : class, IMessage<TResponse>, IBufferMessage =>
        new(MethodType.ServerStreaming, service, name, Marshaller(request), Marshaller(response));

    /// <summary>A message's bytes, for the log.</summary>
    public static ReadOnlySequence<byte> Bytes(IMessage message) => new(message.ToByteArray());

    /// <summary>A method with streams of generated messages both ways.</summary>
    public static Method<TRequest, TResponse> Duplex<TRequest, TResponse>(
        string service, string name, MessageParser<TRequest> request, MessageParser<TResponse> response)
        where TRequest : class, IMessage<TRequest>, IBufferMessage
        where TResponse : class, IMessage<TResponse>, IBufferMessage =>
        new(MethodType.DuplexStreaming, service, name, Marshaller(request), Marshaller(response));

    /// <summary>The status of a request whose bytes are not its message (grpc-go server.go).</summary>
    public static RpcException Malformed(string reason) => new(new Status(StatusCode.Internal, "grpc: error unmarshalling request: " + reason));

    private static void Write<T>(T message, SerializationContext context)
        where T : class, IMessage<T>, IBufferMessage
    {
        context.SetPayloadLength(message.CalculateSize());
        message.WriteTo(context.GetBufferWriter());
        context.Complete();
    }

    private static T Parse<T>(MessageParser<T> parser, DeserializationContext context)
        where T : class, IMessage<T>, IBufferMessage
    {
        try
        {
            return parser.ParseFrom(context.PayloadAsReadOnlySequence());
        }
        catch (InvalidProtocolBufferException e)
        {
            throw Malformed(e.Message.Contains("ended unexpectedly", StringComparison.Ordinal) ? "unexpected EOF" : e.Message);
        }
    }
}
