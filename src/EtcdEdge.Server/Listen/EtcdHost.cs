using EtcdEdge.Server.Configuration;
using EtcdEdge.Server.Gateway;
using EtcdEdge.Server.Grpc;
using EtcdEdge.Server.Http;
using EtcdEdge.Server.Http2;
using EtcdEdge.Server.Tls;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
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
    private readonly Http2Server _http2;

    private EtcdHost(WebApplication app, Http2Server http2) => (_app, _http2) = (app, http2);

    /// <summary>Builds the host; nothing is bound yet.</summary>
    internal static EtcdHost Build(
        ServerOptions options, IEnumerable<IRpcService> services, HttpFront http, RpcBinder binder, ILoggerFactory loggers,
        TlsConnections? tls = null)
    {
        var plan = ListenPlan.Of(options.Listen);
        Http2Server? http2 = null;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "etcdedge" });
        builder.WebHost.UseKestrelCore().UseSockets(sockets => KestrelSetup.Apply(sockets, options.Listen))
            .ConfigureKestrel(kestrel => KestrelSetup.Apply(kestrel, plan, tls, connection => http2!.ServeAsync(connection)));
        AddServices(builder.Services, options, plan, loggers);
        var app = builder.Build();
        var dispatcher = BuildDispatcher(app.Services, options, services, http, binder);
        http.Gateway = options.Http.GrpcGateway
            ? new JsonGateway(binder.Methods, MaxMessageBytes(options), loggers.CreateLogger("gateway"))
            : null;
        app.Run(dispatcher.HandleAsync);
        http2 = new Http2Server(
            options, binder.DirectMethods, MaxMessageBytes(options), app.Services.GetRequiredService<IHttpContextFactory>(), dispatcher.HandleAsync,
            loggers.CreateLogger("http2"));
        return new EtcdHost(app, http2);
    }

    /// <summary>Binds every listen URL and serves. Throws <see cref="ListenException"/> when a bind fails.</summary>
    public Task StartAsync(CancellationToken cancel) => _app.StartAsync(cancel);

    /// <summary>Stops accepting, gives open calls <see cref="Limits.StopTimeout"/> to end, then closes their connections.</summary>
    public async Task StopAsync()
    {
        using var patience = new CancellationTokenSource(Limits.StopTimeout);
        await _app.StopAsync(patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http2.Dispose();
    }

    private static void AddServices(IServiceCollection services, ServerOptions options, IReadOnlyList<WireEndPoint> plan, ILoggerFactory loggers)
    {
        services.AddSingleton(loggers);
        services.AddSingleton<IHostLifetime, NoLifetime>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = Limits.StopTimeout);
        // The options come from the container: it is there that they are given Kestrel's own pool of buffers.
        services.AddSingleton<IConnectionListenerFactory>(provider => new SharedPortFactory(
            new SocketTransportFactory(provider.GetRequiredService<IOptions<SocketTransportOptions>>(), loggers), plan));
        services.AddGrpc(grpc => SetLimits(grpc, options));
    }

    private static void SetLimits(GrpcServiceOptions grpc, ServerOptions options)
    {
        grpc.MaxReceiveMessageSize = MaxMessageBytes(options);
        grpc.MaxSendMessageSize = null;
        grpc.EnableDetailedErrors = false;
        grpc.IgnoreUnknownServices = true;
    }

    private static Dispatcher BuildDispatcher(
        IServiceProvider provider, ServerOptions options, IEnumerable<IRpcService> services, HttpFront http, RpcBinder binder)
    {
        foreach (var service in services)
        {
            service.Bind(binder);
        }

        var methods = EndPointCollector.Methods(provider, binder.Build(), handler => MessageSizeText.Wrap(handler, MaxMessageBytes(options)));
        return new Dispatcher(methods, new UnknownMethod(binder.Services), http);
    }

    private static int MaxMessageBytes(ServerOptions options) =>
        (int)Math.Min(int.MaxValue, options.Requests.MaxRequestBytes + (long)Limits.GrpcOverheadBytes);
}
