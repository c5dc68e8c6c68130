using Grpc.Core;

namespace EtcdEdge.Server.Api.Rpc;

/// <summary>Streams both ways.</summary>
internal sealed class BoundDuplex<TRequest, TResponse>(
    Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse> serve) : BoundMethod
    where TRequest : class
    where TResponse : class
{
    public override Task CallAsync(IMessageSource requests, IMessageSink responses, ServerCallContext context) =>
        serve(
            new SourceReader<TRequest>(requests, method.RequestMarshaller),
            new SinkWriter<TResponse>(responses, method.ResponseMarshaller),
            context);
}
