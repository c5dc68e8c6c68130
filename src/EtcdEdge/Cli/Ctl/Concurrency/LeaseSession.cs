using EtcdEdge.Api;
using EtcdEdge.Cli.Ctl.Client;
using Grpc.Core;

namespace EtcdEdge.Cli.Ctl.Concurrency;

/// <summary>A lease that is kept alive while its owner runs (etcd client/v3/concurrency/session.go).</summary>
internal sealed class LeaseSession : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();

    private LeaseSession(EtcdClient client, long lease)
    {
        Client = client;
        Lease = lease;
        Expired = new LeaseKeeper(client, lease).RunAsync(_ => { }, _stop.Token);
    }

    public EtcdClient Client { get; }

    public long Lease { get; }

    /// <summary>Completes when the lease has expired.</summary>
    public Task Expired { get; }

    /// <param name="client">Its client.</param>
    /// <param name="ttl">Seconds.</param>
    /// <param name="options">For the grant.</param>
    public static async Task<LeaseSession> OpenAsync(EtcdClient client, long ttl, CallOptions options) =>
        new(client, (await client.Lease.LeaseGrantAsync(new LeaseGrantRequest { TTL = ttl }, options)).ID);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Expired.ContinueWith(_ => { }, TaskScheduler.Default);
        _stop.Dispose();
    }
}
