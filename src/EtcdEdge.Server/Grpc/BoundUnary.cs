using Grpc.Core;

namespace EtcdEdge.Server.Grpc;

/// <summary>One request, one response.</summary>
internal sealed class BoundUnary<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse> serve) : BoundMethod
    where TRequest : class
    where TResponse : class
{
    public override async Task CallAsync(IMessageSource requests, IMessageSink responses, ServerCallContext context)
    {
        var request = await RequiredAsync(requests, method.RequestMarshaller, context.CancellationToken);
        var response = await serve(request, context);
        await responses.WriteAsync(new BufferContext().Write(method.ResponseMarshaller, response), flush: true, context.CancellationToken);
    }
}
