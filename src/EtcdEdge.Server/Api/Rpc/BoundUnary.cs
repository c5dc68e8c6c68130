using Grpc.Core;

namespace EtcdEdge.Server.Api.Rpc;

/// <summary>One request, one response.</summary>
internal sealed class BoundUnary<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse> serve)
    : BoundMethod, IUnaryMethod
    where TRequest : class
    where TResponse : class
{
    public override async Task CallAsync(IMessageSource requests, IMessageSink responses, ServerCallContext context)
    {
        var request = await RequiredAsync(requests, method.RequestMarshaller, context.CancellationToken);
        var response = await serve(request, context);
        await responses.WriteAsync(new BufferContext().Write(method.ResponseMarshaller, response), flush: true, context.CancellationToken);
    }

    public async Task AnswerAsync(UnaryCall call)
    {
        UnaryAnswer answer;
        try
        {
            var request = method.RequestMarshaller.ContextualDeserializer(call.Request());
            call.RequestIsRead();
            var response = await serve(request, call);
            answer = new UnaryAnswer();
            method.ResponseMarshaller.ContextualSerializer(response, answer);
        }
        catch (Exception e)
        {
            call.Fail(e);
            return;
        }

        call.Succeed(answer);
    }
}
