using EtcdEdge.Server.Logging;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server.Api.Rpc;

/// <summary>One observed call; on its handler's stack.</summary>
internal readonly struct RpcCall(RpcMethod method, object? request, ServerCallContext context, long started)
{
    /// <param name="response">The answer of a unary call.</param>
    public void Succeeded(object? response = null) => Ended(StatusCode.OK, response);

    /// <summary>Records how the call failed. The caller rethrows.</summary>
    public void Failed(Exception error)
    {
        var code = CodeOf(error);
        // etcd also refuses some calls with Unknown; a thrown status is intended.
        if (code == StatusCode.Unknown && error is not RpcException)
        {
            method.Observer.Logger.RpcFailedUnexpectedly(method.FullName, error);
        }

        Ended(code, null);
    }

    private void Ended(StatusCode code, object? response)
    {
        var observer = method.Observer;
        var took = observer.Time.GetElapsedTime(started);
        method.Metrics?.Handled(code, took);
        if (method.IsUnary && (took > observer.WarnAfter || observer.TellsAll))
        {
            var level = observer.TellsAll ? LogLevel.Debug : LogLevel.Warning;
            RequestStats.Of(request, response).Log(observer.Logger, level, observer.Time.GetUtcNow() - took, took, context.Peer, method.FullName);
        }
    }

    // Writing to a call that has just ended throws InvalidOperationException, at a passed deadline before the token is cancelled.
    private StatusCode CodeOf(Exception error) => error switch
    {
        RpcException { StatusCode: StatusCode.Cancelled } when HasPassedDeadline => StatusCode.DeadlineExceeded,
        RpcException rpc => rpc.StatusCode,
        OperationCanceledException or IOException or InvalidOperationException when HasPassedDeadline => StatusCode.DeadlineExceeded,
        OperationCanceledException or IOException or InvalidOperationException when context.CancellationToken.IsCancellationRequested =>
            StatusCode.Cancelled,
        _ => StatusCode.Unknown,
    };

    private bool HasPassedDeadline => context.Deadline <= method.Observer.Time.GetUtcNow().UtcDateTime;
}
