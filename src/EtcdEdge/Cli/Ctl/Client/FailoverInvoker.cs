using System.Globalization;
using Google.Protobuf;
using Grpc.Core;

namespace EtcdEdge.Cli.Ctl.Client;

/// <summary>
/// Makes calls at the endpoint in use, and at the next one after a failure. A call that changes something is not repeated once it may have been
/// executed. Streams fail to their caller, which opens the next one.
/// </summary>
internal sealed class FailoverInvoker(EndpointChannel[] channels, ClientSettings settings, TokenSource tokens) : CallInvoker
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);
    private int _current;

    /// <summary>Why an endpoint could last not be used; null when all could.</summary>
    public string? Trouble { get; private set; }

    public EndpointChannel Current => channels[_current % channels.Length];

    /// <summary>Leaves the endpoint in use.</summary>
    public void MoveOn(RpcException failure)
    {
        Trouble = Current.Endpoint.Problem is { } problem ? $"{Current.Endpoint.Text}: {problem}" : CallFailure.Reason(failure, Current);
        _current++;
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        new(CallAsync(method, options, request), Task.FromResult(Metadata.Empty), () => Status.DefaultSuccess, () => Metadata.Empty, () => { });

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        throw new NotSupportedException("calls are asynchronous");

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        Usable().AsyncServerStreamingCall(method, host, WithToken(options), request);

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) =>
        throw new NotSupportedException("etcd has no client streams");

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) =>
        Usable().AsyncDuplexStreamingCall(method, host, WithToken(options));

    private CallInvoker Usable() => Current.Endpoint.Problem is { } problem
        ? throw new RpcException(new Status(StatusCode.Unavailable, problem))
        : Current.Invoker;

    private CallOptions WithToken(CallOptions options)
    {
        if (tokens.Current.Length == 0)
        {
            return options;
        }

        var headers = new Metadata();
        foreach (var header in options.Headers ?? [])
        {
            headers.Add(header);
        }

        headers.Add("token", tokens.Current);
        return options.WithHeaders(headers);
    }

    private async Task<TResponse> CallAsync<TRequest, TResponse>(Method<TRequest, TResponse> method, CallOptions options, TRequest request)
        where TRequest : class
        where TResponse : class
    {
        CheckSize((IMessage)(object)request);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await Usable().AsyncUnaryCall(method, null, WithToken(options), request).ResponseAsync;
            }
            catch (RpcException failure) when (failure.Status.Detail is CallFailure.InvalidToken or CallFailure.OldAuthRevision
                && attempt == 1 && tokens.CanRefresh)
            {
                await tokens.RefreshAsync(this, options);
            }
            catch (RpcException failure) when (Current.Endpoint.Problem is not null || CallFailure.IsRetriable(failure, method.Name))
            {
                MoveOn(failure);
                await PauseAsync(attempt, options);
            }
        }
    }

    private async Task PauseAsync(int attempt, CallOptions options)
    {
        var left = options.Deadline is { } deadline ? deadline - DateTime.UtcNow : TimeSpan.MaxValue;
        var pause = attempt % channels.Length == 0 ? s_pause : TimeSpan.Zero;
        if (left > pause)
        {
            await Task.Delay(pause, options.CancellationToken);
            return;
        }

        await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, options.CancellationToken);
        throw new RpcException(new Status(StatusCode.DeadlineExceeded, CallFailure.DeadlineExceeded));
    }

    private void CheckSize(IMessage request)
    {
        if (request.CalculateSize() is var size && size > settings.MaxSendBytes)
        {
            throw new RpcException(new Status(StatusCode.ResourceExhausted, string.Create(
                CultureInfo.InvariantCulture, $"trying to send message larger than max ({size} vs. {settings.MaxSendBytes})")));
        }
    }
}
