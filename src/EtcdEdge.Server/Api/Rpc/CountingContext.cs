using System.Buffers;
using EtcdEdge.Server.Metrics;
using Grpc.Core;

namespace EtcdEdge.Server.Api.Rpc;

/// <summary>Passes the length of a message that is being written to the traffic counter. All our serializers announce the length first.</summary>
internal sealed class CountingContext(SerializationContext inner, NetworkMetrics network) : SerializationContext
{
    public override void SetPayloadLength(int payloadLength)
    {
        network.Sent(payloadLength);
        inner.SetPayloadLength(payloadLength);
    }

    public override IBufferWriter<byte> GetBufferWriter() => inner.GetBufferWriter();

    public override void Complete() => inner.Complete();

    public override void Complete(byte[] payload) => inner.Complete(payload);

    /// <summary>The method with both its marshallers counting.</summary>
    public static Method<TRequest, TResponse> Count<TRequest, TResponse>(Method<TRequest, TResponse> method, NetworkMetrics network) =>
        new(method.Type, method.ServiceName, method.Name, Count(method.RequestMarshaller, network), Count(method.ResponseMarshaller, network));

    private static Marshaller<T> Count<T>(Marshaller<T> marshaller, NetworkMetrics network)
    {
        var (write, read) = (marshaller.ContextualSerializer, marshaller.ContextualDeserializer);
        return Marshallers.Create(
            (message, context) => write(message, new CountingContext(context, network)),
            context =>
            {
                network.Received(context.PayloadLength);
                return read(context);
            });
    }
}
