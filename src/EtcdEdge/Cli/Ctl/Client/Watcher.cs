using System.Runtime.CompilerServices;
using EtcdEdge.Api;
using Grpc.Core;

namespace EtcdEdge.Cli.Ctl.Client;

/// <summary>A response of a watch; <paramref name="Error"/> says why the watch has ended with it.</summary>
internal sealed record WatchUpdate(WatchResponse Response, string? Error);

/// <summary>One watch, resumed after a broken connection at the revision after the last one that was seen (etcd client/v3/watch.go).</summary>
internal sealed class Watcher(EtcdClient client, WatchCreateRequest request) : IDisposable
{
    private static readonly TimeSpan s_retryPause = TimeSpan.FromMilliseconds(100);
    private readonly SemaphoreSlim _sending = new(1);
    private AsyncDuplexStreamingCall<WatchRequest, WatchResponse>? _stream;

    /// <summary>The stream that carries the create request.</summary>
    private AsyncDuplexStreamingCall<WatchRequest, WatchResponse>? _created;

    /// <summary>Called with the reason when the watch has to reconnect.</summary>
    public Action<string?> Reconnecting { get; init; } = _ => { };

    /// <summary>Asks the server for a progress notification.</summary>
    public async Task RequestProgressAsync()
    {
        if (_stream is { } stream)
        {
            await SendAsync(stream, new WatchRequest { ProgressRequest = new WatchProgressRequest() }, CancellationToken.None);
        }
    }

    /// <summary>The responses with events, progress notifications, and the one that ends the watch.</summary>
    public async IAsyncEnumerable<WatchUpdate> RunAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var next = request.Clone();
        while (true)
        {
            using var stream = Open(cancel);
            _stream = stream;
            RpcException? failure = null;
            while (failure is null)
            {
                (var response, failure) = await ReceiveAsync(stream, next, cancel);
                if (response is null)
                {
                    continue;
                }

                Advance(next, response);
                if (response.Canceled)
                {
                    // As in etcd's client, a watch that could not be created has no header.
                    yield return new WatchUpdate(response.Created ? new WatchResponse { Canceled = true } : response, CancelText(response));
                    yield break;
                }

                if (!response.Created)
                {
                    yield return new WatchUpdate(response, null);
                }
            }

            if (failure.StatusCode is not (StatusCode.Unavailable or StatusCode.Internal) && !CallFailure.IsUnsent(failure)
                && failure.Status.Detail != CallFailure.InvalidToken)
            {
                yield return new WatchUpdate(new WatchResponse { Canceled = true }, CallFailure.Text(failure));
                yield break;
            }

            await ReconnectAsync(failure, cancel);
        }
    }

    public void Dispose() => _sending.Dispose();

    private static void Advance(WatchCreateRequest next, WatchResponse response)
    {
        if (response.Events.Count > 0)
        {
            next.StartRevision = response.Events[^1].Kv.ModRevision + 1;
        }
        else if (!response.Canceled && response.Header.Revision > 0 && (!response.Created || next.StartRevision == 0))
        {
            next.StartRevision = response.Header.Revision + 1;
        }
    }

    private static string CancelText(WatchResponse response) =>
        response.CompactRevision != 0 ? CallFailure.Compacted
        : response.Created && response.CancelReason.Length > 0 ? response.CancelReason
        : response.CancelReason.Length > 0 ? CallFailure.Text(StatusCode.FailedPrecondition, response.CancelReason)
        : "etcdserver: mvcc: required revision is a future revision";

    private AsyncDuplexStreamingCall<WatchRequest, WatchResponse>? Open(CancellationToken cancel)
    {
        try
        {
            return client.Watch.Watch(new CallOptions(new Metadata { { "hasleader", "true" } }, cancellationToken: cancel));
        }
        catch (RpcException)
        {
            return null;
        }
    }

    private async Task<(WatchResponse? Response, RpcException? Failure)> ReceiveAsync(
        AsyncDuplexStreamingCall<WatchRequest, WatchResponse>? stream, WatchCreateRequest next, CancellationToken cancel)
    {
        try
        {
            if (stream is null)
            {
                throw new RpcException(new Status(StatusCode.Unavailable, "no usable endpoint"));
            }

            if (_created != stream)
            {
                _created = stream;
                await SendAsync(stream, new WatchRequest { CreateRequest = next }, cancel);
            }

            return await stream.ResponseStream.MoveNext(cancel) ? (stream.ResponseStream.Current, null)
                : throw new RpcException(new Status(StatusCode.Unavailable, "the server closed the stream"));
        }
        catch (RpcException failure) when (!cancel.IsCancellationRequested)
        {
            return (null, failure);
        }
    }

    private async Task SendAsync(AsyncDuplexStreamingCall<WatchRequest, WatchResponse> stream, WatchRequest message, CancellationToken cancel)
    {
        await _sending.WaitAsync(cancel);
        try
        {
            await stream.RequestStream.WriteAsync(message, cancel);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task ReconnectAsync(RpcException failure, CancellationToken cancel)
    {
        await client.MoveOnAsync(failure, new CallOptions(cancellationToken: cancel));
        Reconnecting(client.Trouble);
        await Task.Delay(s_retryPause, cancel);
    }
}
