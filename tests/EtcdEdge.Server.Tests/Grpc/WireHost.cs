using EtcdEdge.Configuration;
using EtcdEdge.Server.Api.Concurrency;
using EtcdEdge.Server.Api.EtcdHttp;
using EtcdEdge.Server.Api.Gateway;
using EtcdEdge.Server.Api.Rpc;
using EtcdEdge.Server.Api.V3Rpc;
using EtcdEdge.Server.Auth;
using EtcdEdge.Server.Checkpoints;
using EtcdEdge.Server.Forwarding;
using EtcdEdge.Server.Listen;
using EtcdEdge.Server.Metrics;
using EtcdEdge.Server.Watch;
using EtcdEdge.Testing;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EtcdEdge.Server.Tests.Grpc;

/// <summary>The real host on real sockets of the loopback, in front of a <see cref="ScriptedNode"/>.</summary>
internal sealed class WireHost : IAsyncDisposable
{
    private readonly EtcdHost _host;

    private WireHost(EtcdHost host, ScriptedNode node, EtcdMetrics metrics, ListenUrl client, ListenUrl monitoring)
    {
        _host = host;
        Node = node;
        Metrics = metrics;
        ClientUrl = client.ToString();
        MetricsUrl = monitoring.ToString();
        Channel = GrpcChannel.ForAddress(ClientUrl, new GrpcChannelOptions { MaxReceiveMessageSize = null, MaxSendMessageSize = null });
    }

    public ScriptedNode Node { get; }

    public EtcdMetrics Metrics { get; }

    public string ClientUrl { get; }

    public string MetricsUrl { get; }

    public GrpcChannel Channel { get; }

    public static async Task<WireHost> StartAsync(ServerOptions? options = null, TlsConnections? tls = null)
    {
        var (client, monitoring) = (FreeUrl() with { Scheme = tls is null ? "http" : "https" }, FreeUrl());
        options ??= new ServerOptions();
        options = options with { Listen = new ListenOptions { ClientUrls = [client], MetricsUrls = [monitoring] } };
        var node = new ScriptedNode();
        var metrics = new EtcdMetrics(MetricsDetail.Basic, FeatureGates.Defaults);
        var host = Build(options, node, metrics, tls);
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new WireHost(host, node, metrics, client, monitoring);
    }

    public static EtcdHost Build(ServerOptions options, ScriptedNode node, EtcdMetrics metrics, TlsConnections? tls = null)
    {
        var logger = NullLogger.Instance;
        var observer = new RpcObserver(metrics, logger, options.WarningUnaryRequestDuration, TimeProvider.System);
        var health = new HealthPages(new NodeHealth(node, options.Raft.RequestTimeout), metrics.Health, logger);
        var auth = new AuthParts(node, node.AuthStore, node.Lessor, options, TimeProvider.System, logger);
        var leader = new LeaderCalls(node, (_, _, _, _, _) => Task.FromResult(node.LeaderAnswer()), options.Raft);
        IRpcService[] services =
        [
            new KvService(node, auth.Access, options.Requests.MaxTxnOps, options.Requests.MaxRequestBytes),
            new ClusterService(node, auth.Access, new MembershipForwarder(node, new LeaderMembership(node, metrics.Server), leader),
                TimeProvider.System),
            new MaintenanceService(
                node, auth.Access, options.Requests.QuotaBackendBytes, options.Raft.RequestTimeout,
                    new SnapshotStreamer(node, logger, TimeProvider.System, metrics.Disk),
                new NoDefragmenter()),
            new LeaseService(
                node, auth.Access, new LeaseForwarder(
                    node, new LeaderLeases(node, node.Lessor, TimeProvider.System, options.Raft.ElectionTimeout), leader, TimeProvider.System),
                new LeaderMonitor(() => node.Status.Leader != 0, options.Raft.ElectionTimeout, TimeProvider.System), minTtlSeconds: 2),
            new AuthService(node, auth.Access, auth.Passwords, auth.Tokens, logger), new HealthService(),
            new ElectionService(node, auth.Access,
                new WatchDispatcher(() => node.Root, () => node.Auth, TimeSpan.FromMinutes(10), TimeProvider.System)),
        ];
        var binder = new RpcBinder(services, observer, new CallPreconditions(node));
        var http = new HttpFront(options.Http, health, new InfoPages(node, metrics), logger)
        {
            Gateway = options.Http.GrpcGateway ? new JsonGateway(binder.Methods, EtcdHost.MaxMessageBytes(options), logger) : null,
        };
        return EtcdHost.Build(options, binder, http, NullLoggerFactory.Instance, tls);
    }

    private sealed class NoDefragmenter : IDefragmenter
    {
        public Task<string?> DefragmentAsync() => Task.FromResult<string?>(null);
    }

    public static ListenUrl FreeUrl() => new("http", "127.0.0.1", Ports.Free());

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _host.StopAsync();
        await _host.DisposeAsync();
    }
}
