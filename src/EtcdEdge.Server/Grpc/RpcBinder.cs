using Grpc.Core;

namespace EtcdEdge.Server.Grpc;

/// <summary>
/// Collects the methods of all services into one definition and puts the same thin wrapper around each: count, time, log what was slow.
/// A wrapper instead of an interceptor, because interceptors cost a chain of delegates and a context per call.
/// </summary>
internal sealed class RpcBinder(RpcObserver observer)
{
    private readonly ServerServiceDefinition.Builder _definition = ServerServiceDefinition.CreateBuilder();
    private readonly HashSet<string> _services = new(StringComparer.Ordinal);

    /// <summary>Names of all services bound so far.</summary>
    public IReadOnlySet<string> Services => _services;

    public ServerServiceDefinition Build() => _definition.Build();

    public void Unary<TRequest, TResponse>(Method<TRequest, TResponse> method, Func<TRequest, ServerCallContext, ValueTask<TResponse>> handler)
        where TRequest : class
        where TResponse : class
    {
        var rpc = Observe(method);
        _definition.AddMethod(method, async (request, context) =>
        {
            var call = rpc.Start(context);
            try
            {
                var response = await handler(request, context);
                call.Succeeded();
                return response;
            }
            catch (Exception e)
            {
                call.Failed(e);
                throw;
            }
        });
    }

    public void ServerStreaming<TRequest, TResponse>(
        Method<TRequest, TResponse> method, Func<TRequest, IServerStreamWriter<TResponse>, ServerCallContext, Task> handler)
        where TRequest : class
        where TResponse : class
    {
        var rpc = Observe(method);
        _definition.AddMethod(method, async (request, responses, context) =>
        {
            var call = rpc.Start(context);
            try
            {
                await handler(request, responses, context);
                call.Succeeded();
            }
            catch (Exception e)
            {
                call.Failed(e);
                throw;
            }
        });
    }

    public void Duplex<TRequest, TResponse>(
        Method<TRequest, TResponse> method, Func<IAsyncStreamReader<TRequest>, IServerStreamWriter<TResponse>, ServerCallContext, Task> handler)
        where TRequest : class
        where TResponse : class
    {
        var rpc = Observe(method);
        _definition.AddMethod(method, async (requests, responses, context) =>
        {
            var call = rpc.Start(context);
            try
            {
                await handler(requests, responses, context);
                call.Succeeded();
            }
            catch (Exception e)
            {
                call.Failed(e);
                throw;
            }
        });
    }

    private RpcMethod Observe(IMethod method)
    {
        _services.Add(method.ServiceName);
        return observer.Method(method);
    }
}
