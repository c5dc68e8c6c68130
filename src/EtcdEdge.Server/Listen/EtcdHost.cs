using EtcdEdge.Server.Configuration;
using EtcdEdge.Server.Grpc;
using EtcdEdge.Server.Http;
using EtcdEdge.Server.Metrics;
using EtcdEdge.Server.Node;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EtcdEdge.Server.Listen;

/// <summary>
/// The client side of the server on its sockets: builds Kestrel and Grpc.AspNetCore around finished services, starts, stops. It reads no
/// environment and no settings file of its own; everything comes from <see cref="ServerOptions"/>.
/// </summary>
public sealed class EtcdHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private EtcdHost(WebApplication app) => _app = app;

    /// <summary>Builds the host; nothing is bound yet. Throws <see cref="ListenException"/> for a URL that cannot be served.</summary>
    /// <param name="options">Where to listen, and every limit.</param>
    /// <param name="node">The node that the services stand on.</param>
    /// <param name="metrics">Counts calls; shown at /metrics.</param>
    /// <param name="loggers">Receives the server's lines, and ASP.NET's warnings.</param>
    /// <param name="more">Services with state of their own: watch and lease.</param>
    internal static EtcdHost Build(
        ServerOptions options, IEtcdNode node, EtcdMetrics metrics, ILoggerFactory loggers, params IEnumerable<IRpcService> more)
    {
        var plan = ListenPlan.Of(options.Listen);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "etcdedge" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => KestrelSetup.Apply(kestrel, options, plan));
        AddServices(builder.Services, options, plan, loggers);
        var app = builder.Build();
        var dispatcher = BuildDispatcher(app.Services, options, Bind(options, node, metrics, loggers, more), Http(options, node, metrics, loggers));
        app.Run(dispatcher.HandleAsync);
        return new EtcdHost(app);
    }

    /// <summary>Binds every listen URL and serves. Throws <see cref="ListenException"/> when a bind fails.</summary>
    public Task StartAsync(CancellationToken cancel) => _app.StartAsync(cancel);

    /// <summary>Stops accepting, gives open calls <see cref="Limits.StopTimeout"/> to end, then closes their connections.</summary>
    public async Task StopAsync()
    {
        using var patience = new CancellationTokenSource(Limits.StopTimeout);
        await _app.StopAsync(patience.Token);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static void AddServices(IServiceCollection services, ServerOptions options, IReadOnlyList<WireEndPoint> plan, ILoggerFactory loggers)
    {
        services.AddSingleton(loggers);
        services.AddSingleton<IHostLifetime, NoLifetime>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = Limits.StopTimeout);
        var sockets = new SocketTransportFactory(Options.Create(KestrelSetup.Sockets(options.Listen)), loggers);
        services.AddSingleton<IConnectionListenerFactory>(new SharedPortFactory(sockets, plan));
        services.AddGrpc(grpc => SetLimits(grpc, options));
    }

    private static void SetLimits(GrpcServiceOptions grpc, ServerOptions options)
    {
        grpc.MaxReceiveMessageSize = MaxMessageBytes(options);
        grpc.MaxSendMessageSize = null;
        grpc.EnableDetailedErrors = false;
        grpc.IgnoreUnknownServices = true;
    }

    private static RpcBinder Bind(
        ServerOptions options, IEtcdNode node, EtcdMetrics metrics, ILoggerFactory loggers, IEnumerable<IRpcService> more)
    {
        var observer = new RpcObserver(metrics, loggers.CreateLogger<RpcObserver>(), options.WarningUnaryRequestDuration, TimeProvider.System);
        var binder = new RpcBinder(observer, new CallGate(node));
        IRpcService[] services =
        [
            new KvService(node, options.Requests.MaxTxnOps, options.Requests.MaxRequestBytes),
            new ClusterService(node),
            new MaintenanceService(node, options.Requests.QuotaBackendBytes),
            new AuthService(node),
            new HealthService(),
            .. more,
        ];
        foreach (var service in services)
        {
            service.Bind(binder);
        }

        return binder;
    }

    private static HttpFront Http(ServerOptions options, IEtcdNode node, EtcdMetrics metrics, ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger<HttpFront>();
        var health = new HealthPages(new NodeHealth(node, options.Raft.RequestTimeout), metrics.Health, logger);
        return new HttpFront(options.Http, health, new InfoPages(node, metrics), logger);
    }

    private static Dispatcher BuildDispatcher(IServiceProvider provider, ServerOptions options, RpcBinder binder, HttpFront http)
    {
        var methods = EndPointCollector.Methods(provider, binder.Build(), handler => MessageSizeText.Wrap(handler, MaxMessageBytes(options)));
        return new Dispatcher(methods, new UnknownMethod(binder.Services), http);
    }

    private static int MaxMessageBytes(ServerOptions options) =>
        (int)Math.Min(int.MaxValue, options.Requests.MaxRequestBytes + (long)Limits.GrpcOverheadBytes);
}
