using EtcdEdge.Configuration;
using EtcdEdge.Http2;
using EtcdEdge.Peers.Net;
using EtcdEdge.Server.Api.Rpc;
using EtcdEdge.Server.Common;
using EtcdEdge.Server.Listen;
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

namespace EtcdEdge.Server;

/// <summary>
/// The client side of the server on its sockets: builds Kestrel and Grpc.AspNetCore around finished services, starts, stops. It reads no
/// environment and no settings file of its own; everything comes from <see cref="ServerOptions"/>.
/// </summary>
public sealed class EtcdHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private EtcdHost(WebApplication app) => _app = app;

    /// <summary>Builds the host; nothing is bound yet.</summary>
    internal static EtcdHost Build(ServerOptions options, RpcBinder binder, HttpFront http, ILoggerFactory loggers, TlsConnections? tls = null)
    {
        var plan = ListenPlan.Of(options.Listen);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "etcdedge" });
        var router = new UnaryRouter(binder.DirectMethods);
        builder.WebHost.UseKestrelCore().UseSockets(sockets => KestrelSetup.Apply(sockets, options.Listen)).ConfigureKestrel(kestrel =>
        {
            var http2 = kestrel.ApplicationServices.GetRequiredService<Http2Server>();
            KestrelSetup.Apply(kestrel, plan, tls, (endPoint, connection) =>
                http2.ServeAsync(connection, endPoint.Role.HasFlag(ListenRole.Grpc) ? router : null));
        });
        AddServices(builder.Services, options, plan, loggers);
        builder.Services.AddSingleton(provider => BuildDispatcher(provider, options, http, binder));
        builder.Services.AddSingleton(provider => new Http2Server(
            Http2OptionsOf(options), provider.GetRequiredService<IHttpContextFactory>(), provider.GetRequiredService<Dispatcher>().HandleAsync,
            loggers.CreateLogger("http2")));
        var app = builder.Build();
        app.Run(app.Services.GetRequiredService<Dispatcher>().HandleAsync);
        return new EtcdHost(app);
    }

    /// <summary>Binds every listen URL and serves. Throws <see cref="ListenException"/> when a bind fails.</summary>
    public Task StartAsync(CancellationToken cancel) => _app.StartAsync(cancel);

    /// <summary>Stops accepting, gives open calls <see cref="ServerLimits.StopTimeout"/> to end, then closes their connections.</summary>
    public async Task StopAsync()
    {
        using var patience = new CancellationTokenSource(ServerLimits.StopTimeout);
        await _app.StopAsync(patience.Token);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static void AddServices(IServiceCollection services, ServerOptions options, IReadOnlyList<WireEndPoint> plan, ILoggerFactory loggers)
    {
        services.AddSingleton(loggers);
        services.AddSingleton<IHostLifetime, NoLifetime>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = ServerLimits.StopTimeout);
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

    private static Dispatcher BuildDispatcher(IServiceProvider provider, ServerOptions options, HttpFront http, RpcBinder binder)
    {
        var methods = EndPointCollector.Methods(provider, binder.Build(), handler => MessageSizeText.Wrap(handler, MaxMessageBytes(options)));
        return new Dispatcher(methods, new UnknownMethod(binder.Services), http);
    }

    private static Http2Options Http2OptionsOf(ServerOptions options) => new()
    {
        MaxStreams = (int)Math.Min(options.Requests.MaxConcurrentStreams, int.MaxValue),
        MaxMessageBytes = MaxMessageBytes(options),
        KeepAliveInterval = options.KeepAlive.Interval,
        KeepAliveTimeout = options.KeepAlive.Timeout,
    };

    /// <summary>Bytes of the largest message that a client may send.</summary>
    internal static int MaxMessageBytes(ServerOptions options) =>
        (int)Math.Min(int.MaxValue, options.Requests.MaxRequestBytes + (long)ServerLimits.GrpcOverheadBytes);
}
