using Grpc.Core;

namespace EtcdEdge.Server.Api.Rpc;

/// <summary>One request, a stream of responses.</summary>
internal sealed class BoundServerStreaming<TRequest, TResponse>(
    Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse> serve) : BoundMethod
    where TRequest : class
    where TResponse : class
{
    public override async Task CallAsync(IMessageSource requests, IMessageSink responses, ServerCallContext context)
    {
        var request = await RequiredAsync(requests, method.RequestMarshaller, context.CancellationToken);
        await serve(request, new SinkWriter<TResponse>(responses, method.ResponseMarshaller), context);
    }
}
