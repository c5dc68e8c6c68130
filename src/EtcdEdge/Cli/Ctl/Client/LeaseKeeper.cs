using EtcdEdge.Api;
using Grpc.Core;

namespace EtcdEdge.Cli.Ctl.Client;

/// <summary>Keeps a lease alive: a request each third of its TTL, on a new stream after a broken one (etcd client/v3/lease.go).</summary>
internal sealed class LeaseKeeper(EtcdClient client, long lease)
{
    private static readonly TimeSpan s_firstAnswerLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_retryPause = TimeSpan.FromMilliseconds(500);

    /// <summary>Renews the lease once.</summary>
    /// <exception cref="RpcException">When no answer arrives, or the lease does not exist.</exception>
    public async Task<LeaseKeepAliveResponse> OnceAsync(CallOptions options)
    {
        while (true)
        {
            try
            {
                using var stream = client.Lease.LeaseKeepAlive(options);
                var response = await AskAsync(stream, options.CancellationToken);
                await stream.RequestStream.CompleteAsync();
                return response.TTL > 0 ? response : throw new RpcException(new Status(StatusCode.NotFound, CallFailure.LeaseNotFound));
            }
            catch (RpcException failure) when (failure.StatusCode == StatusCode.Unavailable || CallFailure.IsUnsent(failure))
            {
                await client.MoveOnAsync(failure, options);
                await Task.Delay(s_retryPause / 5, options.CancellationToken);
                ThrowIfLate(options);
            }
        }
    }

    /// <summary>Renews the lease until it has expired or is revoked; returns then.</summary>
    /// <param name="renewed">Called with each response.</param>
    /// <param name="cancel">Ends it with an <see cref="OperationCanceledException"/>.</param>
    public async Task RunAsync(Action<LeaseKeepAliveResponse> renewed, CancellationToken cancel)
    {
        var expiry = DateTime.UtcNow + s_firstAnswerLimit;
        while (true)
        {
            try
            {
                using var stream = client.Lease.LeaseKeepAlive(new CallOptions(cancellationToken: cancel));
                while (true)
                {
                    var response = await AskAsync(stream, cancel);
                    if (response.TTL <= 0)
                    {
                        return;
                    }

                    expiry = DateTime.UtcNow.AddSeconds(response.TTL);
                    renewed(response);
                    await Task.Delay(TimeSpan.FromSeconds(response.TTL / 3d), cancel);
                }
            }
            catch (RpcException failure) when (!cancel.IsCancellationRequested)
            {
                if (DateTime.UtcNow > expiry)
                {
                    return;
                }

                await client.MoveOnAsync(failure, new CallOptions(deadline: expiry));
                await Task.Delay(s_retryPause, cancel);
            }
        }
    }

    private static void ThrowIfLate(CallOptions options)
    {
        if (options.Deadline < DateTime.UtcNow)
        {
            throw new RpcException(new Status(StatusCode.DeadlineExceeded, CallFailure.DeadlineExceeded));
        }
    }

    private async Task<LeaseKeepAliveResponse> AskAsync(
        AsyncDuplexStreamingCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> stream, CancellationToken cancel)
    {
        await stream.RequestStream.WriteAsync(new LeaseKeepAliveRequest { ID = lease }, cancel);
        return await stream.ResponseStream.MoveNext(cancel) ? stream.ResponseStream.Current
            : throw new RpcException(new Status(StatusCode.Unavailable, "the server closed the stream"));
    }
}
