using System.Collections.Frozen;
using Grpc.Core;

namespace EtcdEdge.Server.Api.Rpc;

/// <summary>
/// Collects the methods of all services into one definition and puts the same thin wrapper around each: gate, count, time, log what was slow.
/// A wrapper instead of an interceptor, because interceptors cost a chain of delegates and a context per call.
/// </summary>
internal sealed class RpcBinder
{
    private static readonly string[] s_direct = ["Range", "Put", "DeleteRange", "Txn"];
    private readonly ServerServiceDefinition.Builder _definition = ServerServiceDefinition.CreateBuilder();
    private readonly HashSet<string> _services = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BoundMethod> _methods = new(StringComparer.Ordinal);

    private readonly RpcObserver _observer;
    private readonly CallPreconditions _gate;

    /// <param name="services">The services whose methods are bound.</param>
    /// <param name="observer">Counts and times the calls.</param>
    /// <param name="gate">Checked before each call.</param>
    public RpcBinder(IEnumerable<IRpcService> services, RpcObserver observer, CallPreconditions gate)
    {
        (_observer, _gate) = (observer, gate);
        foreach (var service in services)
        {
            service.Bind(this);
        }
    }

    /// <summary>Names of all bound services.</summary>
    public IReadOnlySet<string> Services => _services;

    /// <summary>All methods by their paths, "/etcdserverpb.KV/Put", for callers in this process.</summary>
    public IReadOnlyDictionary<string, BoundMethod> Methods => _methods;

    /// <summary>The methods that are served directly from HTTP/2 frames: the most frequent calls, none of which blocks its thread for long.</summary>
    public FrozenDictionary<string, IUnaryMethod> DirectMethods => s_direct.Select(name => "/etcdserverpb.KV/" + name).Where(_methods.ContainsKey)
        .ToFrozenDictionary(path => path, path => (IUnaryMethod)_methods[path], StringComparer.Ordinal);

    public ServerServiceDefinition Build() => _definition.Build();

    public void Unary<TRequest, TResponse>(Method<TRequest, TResponse> method, Func<TRequest, ServerCallContext, ValueTask<TResponse>> handler)
        where TRequest : class
        where TResponse : class
    {
        var rpc = Observe(method);
        var counted = CountingContext.Count(method, _observer.Network);
        _definition.AddMethod(counted, ServeAsync);
        _methods.Add(method.FullName, new BoundUnary<TRequest, TResponse>(counted, ServeAsync));

        async Task<TResponse> ServeAsync(TRequest request, ServerCallContext context)
        {
            var call = rpc.Start(request, context);
            try
            {
                rpc.Metrics?.MessageReceived();
                _gate.Check(request, context);
                var response = await handler(request, context);
                rpc.Metrics?.MessageSent();
                call.Succeeded(response);
                return response;
            }
            catch (Exception e)
            {
                call.Failed(e);
                throw;
            }
        }
    }

    public void ServerStreaming<TRequest, TResponse>(
        Method<TRequest, TResponse> method, Func<TRequest, IServerStreamWriter<TResponse>, ServerCallContext, Task> handler)
        where TRequest : class
        where TResponse : class
    {
        var rpc = Observe(method);
        var counted = CountingContext.Count(method, _observer.Network);
        _definition.AddMethod(counted, ServeAsync);
        _methods.Add(method.FullName, new BoundServerStreaming<TRequest, TResponse>(counted, ServeAsync));

        Task ServeAsync(TRequest request, IServerStreamWriter<TResponse> responses, ServerCallContext context)
        {
            rpc.Metrics?.MessageReceived();
            return RunAsync(rpc, request, context, () => handler(request, new CountingWriter<TResponse>(responses, rpc.Metrics), context));
        }
    }

    public void Duplex<TRequest, TResponse>(
        Method<TRequest, TResponse> method, Func<IAsyncStreamReader<TRequest>, IServerStreamWriter<TResponse>, ServerCallContext, Task> handler)
        where TRequest : class
        where TResponse : class
    {
        var rpc = Observe(method);
        var counted = CountingContext.Count(method, _observer.Network);
        _definition.AddMethod(counted, ServeAsync);
        _methods.Add(method.FullName, new BoundDuplex<TRequest, TResponse>(counted, ServeAsync));

        Task ServeAsync(IAsyncStreamReader<TRequest> requests, IServerStreamWriter<TResponse> responses, ServerCallContext context)
        {
            var reader = new CountingReader<TRequest>(requests, rpc.Metrics);
            var writer = new CountingWriter<TResponse>(responses, rpc.Metrics);
            return RunAsync(rpc, null, context, () => handler(reader, writer, context));
        }
    }

    private async Task RunAsync(RpcMethod rpc, object? request, ServerCallContext context, Func<Task> handler)
    {
        var call = rpc.Start(request, context);
        try
        {
            _gate.Check(request, context);
            await handler();
            call.Succeeded();
        }
        catch (Exception e)
        {
            call.Failed(e);
            throw;
        }
    }

    private RpcMethod Observe(IMethod method)
    {
        _services.Add(method.ServiceName);
        return _observer.Method(method);
    }
}
