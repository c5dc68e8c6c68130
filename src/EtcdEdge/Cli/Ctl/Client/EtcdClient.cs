using EtcdEdge.Api;
using Grpc.Core;

namespace EtcdEdge.Cli.Ctl.Client;

/// <summary>A client of a cluster, as clientv3 where its users see it.</summary>
internal sealed class EtcdClient : IDisposable
{
    private readonly EndpointChannel[] _channels;
    private readonly TokenSource _tokens;
    private readonly FailoverInvoker _invoker;

    public EtcdClient(ClientSettings settings)
    {
        Settings = settings;
        _channels = [.. settings.Endpoints.Select(endpoint => new EndpointChannel(Endpoint.Parse(endpoint), settings))];
        _tokens = new TokenSource(settings);
        _invoker = new FailoverInvoker(_channels, settings, _tokens);
    }

    public ClientSettings Settings { get; }

    public KV.KVClient Kv => new(_invoker);

    public Lease.LeaseClient Lease => new(_invoker);

    public Watch.WatchClient Watch => new(_invoker);

    public Cluster.ClusterClient Cluster => new(_invoker);

    public Maintenance.MaintenanceClient Maintenance => new(_invoker);

    public Auth.AuthClient Auth => new(_invoker);

    /// <summary>Why an endpoint could last not be used; null when all could.</summary>
    public string? Trouble => _invoker.Trouble;

    /// <summary>Authenticates the user, where there is one.</summary>
    public Task AuthenticateAsync(CallOptions options) =>
        _tokens.CanRefresh ? _tokens.RefreshAsync(_invoker, options) : Task.CompletedTask;

    /// <summary>After a failed stream: the next one is opened at another endpoint, with a new token where the old one is invalid.</summary>
    public async Task MoveOnAsync(RpcException failure, CallOptions options)
    {
        if (failure.Status.Detail == CallFailure.InvalidToken && _tokens.CanRefresh)
        {
            await _tokens.RefreshAsync(_invoker, options);
            return;
        }

        _invoker.MoveOn(failure);
    }

    public void Dispose()
    {
        foreach (var channel in _channels)
        {
            channel.Dispose();
        }
    }
}
