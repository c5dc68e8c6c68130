using System.Diagnostics;
using EtcdEdge.Configuration;
using EtcdEdge.Peers.Net;
using EtcdEdge.Peers.Tls;
using EtcdEdge.Server.Api.Concurrency;
using EtcdEdge.Server.Api.EtcdHttp;
using EtcdEdge.Server.Api.Gateway;
using EtcdEdge.Server.Api.Rpc;
using EtcdEdge.Server.Api.V2;
using EtcdEdge.Server.Api.V3Rpc;
using EtcdEdge.Server.Auth;
using EtcdEdge.Server.Bootstrap;
using EtcdEdge.Server.Common;
using EtcdEdge.Server.Corruption;
using EtcdEdge.Server.Forwarding;
using EtcdEdge.Server.Listen;
using EtcdEdge.Server.Logging;
using EtcdEdge.Server.Metrics;
using EtcdEdge.Server.Node;
using EtcdEdge.Server.Watch;
using EtcdEdge.Storage;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server;

/// <summary>The whole server, built by constructor in reading order: data directory, node, watch, services, sockets.</summary>
public sealed class EtcdServer : IAsyncDisposable
{
    private readonly TaskCompletionSource<Exception> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _hearsOfRemoval = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _removed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopping = new();
    private readonly EtcdMetrics _metrics;
    private readonly MemberStore _store;
    private readonly NodeRuntime _runtime;
    private readonly AuthParts _auth;
    private readonly WatchDispatcher _watch;
    private readonly V2Watches _v2Watches;
    private readonly MembershipForwarder _members;
    private readonly LeaderMonitor _leaders;
    private readonly EtcdHost _host;
    private readonly ClientListeners _listeners;
    private readonly MemberPublisher _publisher;
    private readonly CorruptionChecks _corruption;
    private readonly ServerOptions _options;
    private readonly ExistingCluster? _joined;
    private readonly PeerDiscovery _search;
    private readonly ILogger _logger;
    private Task _publishing = Task.CompletedTask;
    private Task _comparing = Task.CompletedTask;
    private Task _searching = Task.CompletedTask;

    private EtcdServer(ServerOptions options, ILoggerFactory loggers, TlsContext? tls, TlsContext? peerTls, ExistingCluster? joined)
    {
        var time = TimeProvider.System;
        _options = options;
        _joined = joined;
        _logger = loggers.CreateLogger("etcdserver");
        var metrics = new EtcdMetrics(options.Metrics, options.FeatureGates);
        _metrics = metrics;
        var started = time.GetTimestamp();
        _store = MemberStore.Open(new FileDisk(), options, metrics, _logger, joined);
        Report(time.GetElapsedTime(started));
        var core = new NodeCore(_store, options, time, failure => _failed.TrySetResult(failure));
        var node = core.Node;
        _auth = new AuthParts(node, _store.State.Auth, _store.State.Lessor, options, time, _logger, _store.Replay.LastIndex);
        _watch = new WatchDispatcher(() => node.Root, () => node.Auth, options.WatchProgressNotifyInterval, time);
        _v2Watches = new V2Watches(_store.State.Applier.V2);
        node.Published += _watch.Published;
        node.Published += _v2Watches.Published;
        _store.State.Store.Compacting += _watch.Compacting;
        var leases = new LeaderLeases(node, _store.State.Lessor, time, options.Raft.ElectionTimeout);
        var members = new LeaderMembership(node, metrics.Server);
        _runtime = new NodeRuntime(core, _store, options, time, metrics, _logger, peerTls, new NodeEvents
        {
            Removed = () => _ = TurnClientsAwayAsync(),
            Leave = patience => _ = LeaveAsync(patience),
            Answer = new PeerAnswers(node, leases, members, node.SendStateAsync).AnswerAsync,
        });
        _leaders = new LeaderMonitor(() => node.Status.Leader != 0, options.Raft.ElectionTimeout, time);
        metrics.Wear.Readings = _store.Wear;
        metrics.Readings = new NodeGauges(node, _store.State, _watch, _runtime.Timing, options).Read;
        var leaderCalls = new LeaderCalls(node, _runtime.Peers.CallAsync, options.Raft);
        _members = new MembershipForwarder(node, members, leaderCalls);
        var observer = new RpcObserver(metrics, _logger, options.WarningUnaryRequestDuration, time);
        var services = Services(options, time, new LeaseForwarder(node, leases, leaderCalls, time));
        var binder = new RpcBinder(services, observer, new CallPreconditions(node));
        _host = EtcdHost.Build(options, binder, Http(options, time, binder, loggers), loggers, tls is null ? null
            : new TlsConnections(tls, _logger, time));
        _listeners = new ClientListeners(_host);
        _publisher = new MemberPublisher(node, options, _logger);
        _search = new PeerDiscovery(node, _runtime.Peers, options, peerTls, _logger);
        _corruption = new CorruptionChecks(node, _runtime.Peers.CallAsync, options, time, _logger);
    }

    /// <summary>Completes with the reason when the server cannot continue, such as a failed flush: the process has to end.</summary>
    public Task<Exception> Failed => _failed.Task;

    /// <summary>Completes when this member has been removed from the cluster: the process has to stop, in order.</summary>
    public Task Removed => _removed.Task;

    /// <summary>
    /// Opens the data directory, joins the cluster, binds the sockets. Returns when clients are served.
    /// </summary>
    /// <exception cref="StartException">The data directory cannot be used, or the other members hold other data.</exception>
    /// <exception cref="ListenException">A URL cannot be listened on.</exception>
    /// <exception cref="TlsException">Certificates cannot be used.</exception>
    public static async Task<EtcdServer> StartAsync(ServerOptions options, ILoggerFactory loggers, CancellationToken cancel)
    {
        loggers.CreateLogger("etcdserver").Starting(VersionText.Own, VersionText.Etcd, VersionText.Commit, options.Name, options.DataDir,
            TextOf(options.Listen.ClientUrls), TextOf(options.Listen.PeerUrls));
        var logger = loggers.CreateLogger("embed");
        var peerTls = TlsContext.Of(options, TlsSide.Peer, logger, TimeProvider.System);
        var isNew = !File.Exists(DataDirectory.IdentityFileOf(options.DataDir));
        var joined = isNew ? await ClusterJoin.PrepareAsync(options, peerTls, cancel) : null;
        var server = await OpenAsync(options, loggers, ClientTls(options, logger), peerTls, joined, cancel);
        try
        {
            await server.StartAsync(hadData: !isNew, cancel);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private static async Task<EtcdServer> OpenAsync(
        ServerOptions options, ILoggerFactory loggers, TlsContext? tls, TlsContext? peerTls, ExistingCluster? joined, CancellationToken cancel)
    {
        try
        {
            return new EtcdServer(options, loggers, tls, peerTls, joined);
        }
        catch (MissingStateException lost)
        {
            await StateRecovery.RunAsync(lost, options, peerTls, loggers.CreateLogger("etcdserver"), cancel);
            return new EtcdServer(options, loggers, tls, peerTls, joined);
        }
    }

    private static TlsContext? ClientTls(ServerOptions options, ILogger logger)
    {
        foreach (var warning in TlsCheck.Warnings(options))
        {
            logger.ConfigurationWarning(warning);
        }

        return TlsContext.Of(options, TlsSide.Client, logger, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        var started = Stopwatch.GetTimestamp();
        await _stopping.CancelAsync();
        await new LeadershipTransfer(_runtime.Node, _runtime.Timing.Current, _logger).RunAsync();
        await _listeners.CloseAsync();
        await _host.DisposeAsync();
        _leaders.Dispose();
        _watch.Dispose();
        _auth.Dispose();
        await _runtime.DisposeAsync();
        // Their requests to the node are refused by now: without a quorum that is sooner than any result.
        await _publishing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _comparing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _searching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _store.Dispose();
        _stopping.Dispose();
        _logger.Closed(Stopwatch.GetElapsedTime(started));
    }

    private async Task StartAsync(bool hadData, CancellationToken cancel)
    {
        _watch.Start();
        _runtime.Connect();
        await _corruption.InitialAsync(hadData, cancel);
        _runtime.Start();
        foreach (var member in _joined?.Members ?? [])
        {
            _runtime.Peers.AddRemote(member.Id, member.PeerUrls);
        }

        _searching = _search.RunAsync(_stopping.Token);
        _comparing = _corruption.RunAsync(_stopping.Token);
        _publishing = _publisher.PublishAsync(_stopping.Token);
        await WaitPublishedAsync(cancel);
        if (!await _listeners.OpenAsync(cancel))
        {
            return;
        }

        _logger.ReadyToServe();
        foreach (var url in _options.Listen.ClientUrls)
        {
            if (url.IsTls)
            {
                _logger.ServingSecurely(url.ToString());
            }
            else
            {
                _logger.ServingInsecurely(url.ToString());
            }
        }
    }

    /// <summary>
    /// Clients are served once the cluster has this member's URLs, but not much later than that could take: without a quorum there still are
    /// serializable reads, health and metrics to serve (etcd embed/serve.go, --wait-cluster-ready-timeout). A removed member does not wait.
    /// </summary>
    private async Task WaitPublishedAsync(CancellationToken cancel)
    {
        var patience = Task.Delay(ServerLimits.ClusterReadyTimeout, cancel);
        var first = await Task.WhenAny(_publishing, patience, Failed, _hearsOfRemoval.Task);
        if (first == Failed)
        {
            throw new StartException((await Failed).Message);
        }

        if (first == patience)
        {
            cancel.ThrowIfCancellationRequested();
            _logger.NotReadyInTime(ServerLimits.ClusterReadyTimeout);
        }
    }

    /// <summary>
    /// A removed member receives nothing any more: its answers are stale, and its watches are silent. It continues for the other members only
    /// (Node/RemovedMemberShutdown.cs). Open calls are ended when the delay is over.
    /// </summary>
    private async Task TurnClientsAwayAsync()
    {
        _hearsOfRemoval.TrySetResult();
        if (_listeners.IsOpen)
        {
            await Task.Delay(NodeLimits.RemovedPatience - ServerLimits.StopTimeout);
        }

        await _listeners.CloseAsync();
        _logger.ClientsTurnedAway();
    }

    private async Task LeaveAsync(TimeSpan patience)
    {
        await Task.Delay(patience);
        _removed.TrySetResult();
    }

    private HttpFront Http(ServerOptions options, TimeProvider time, RpcBinder binder, ILoggerFactory loggers)
    {
        var node = _runtime.Node;
        var health = new HealthPages(new NodeHealth(node, options.Raft.RequestTimeout), _metrics.Health, _logger);
        return new HttpFront(options.Http, health, new InfoPages(node, _metrics), _logger)
        {
            Gateway = options.Http.GrpcGateway
                ? new JsonGateway(binder.Methods, EtcdHost.MaxMessageBytes(options), loggers.CreateLogger("gateway"))
                : null,
            V2 = options.Http.EnableV2 ? V2(time) : null,
            CommonNamesAreUsers = () => options.ClientTls.ClientCertAuth && node.Auth.IsEnabled,
        };
    }

    private V2Front V2(TimeProvider time)
    {
        var (node, store) = (_runtime.Node, _store.State.Applier.V2);
        return new V2Front(
            new V2Keys(node, store, _v2Watches, time), new V2Members(node, _members, time), new V2Stats(node, store, _v2Watches, time));
    }

    private IEnumerable<IRpcService> Services(ServerOptions options, TimeProvider time, LeaseForwarder leases)
    {
        var node = _runtime.Node;
        var minLeaseTtl = (long)Math.Ceiling(1.5 * options.Raft.ElectionTimeout.TotalSeconds);
        yield return new KvService(node, _auth.Access, options.Requests.MaxTxnOps, options.Requests.MaxRequestBytes) { Metrics = _metrics.Server };
        yield return new WatchService(node, _auth.Access, _watch, _leaders, options.Requests.MaxRequestBytes);
        yield return new LeaseService(node, _auth.Access, leases, _leaders, minLeaseTtl);
        yield return new ClusterService(node, _auth.Access, _members, time);
        var snapshots = new SnapshotStreamer(node, _logger, time, _metrics.Disk);
        yield return new MaintenanceService(node, _auth.Access, options.Requests.QuotaBackendBytes, options.Raft.RequestTimeout, snapshots,
            _runtime.Checkpointer)
        {
            Metrics = _metrics.Mvcc,
            Disk = _metrics.Disk,
        };
        yield return new AuthService(node, _auth.Access, _auth.Passwords, _auth.Tokens, _logger);
        yield return new LockService(node, _auth.Access, _watch);
        yield return new ElectionService(node, _auth.Access, _watch);
        yield return new HealthService();
    }

    private void Report(TimeSpan took)
    {
        foreach (var warning in _store.Warnings)
        {
            _logger.ConfigurationWarning(warning);
        }

        if (_store.Recovery.TornBytes > 0)
        {
            _logger.TornTailCut(_store.Recovery.TornBytes);
        }

        foreach (var covered in _store.Recovery.Covered)
        {
            _logger.LogDamageCovered(covered.Segment, covered.Offset, covered.Detail, covered.LastIndex);
        }

        if (_store.Recovery.AcceptedLoss is { } loss)
        {
            _logger.LossAccepted(loss.Segment, loss.Offset, loss.Detail, loss.FirstIndex, loss.LastIndex);
        }

        _logger.Recovered(_store.Replay.AppliedIndex, _store.Replay.LastIndex, _store.State.Store.Revision, took);
    }

    private static string[] TextOf(IReadOnlyList<ListenUrl> urls) => [.. urls.Select(url => url.ToString())];
}
