using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace EtcdEdge.Server.Grpc;

/// <summary>One call being watched; lives on its handler's frame.</summary>
internal readonly struct RpcCall(RpcMethod method, ServerCallContext context, long started)
{
    public void Succeeded() => Ended(StatusCode.OK);

    /// <summary>Records how the call failed. The caller rethrows.</summary>
    public void Failed(Exception error)
    {
        var code = CodeOf(error);
        // etcd refuses some things with Unknown too; whoever threw a status meant it.
        if (code == StatusCode.Unknown && error is not RpcException)
        {
            method.Observer.Logger.RpcFailedUnexpectedly(method.FullName, error);
        }

        Ended(code);
    }

    private void Ended(StatusCode code)
    {
        var observer = method.Observer;
        var took = observer.Time.GetElapsedTime(started);
        method.Metrics?.Handled(code, took);
        if (method.IsUnary && took > observer.WarnAfter)
        {
            var startTime = (observer.Time.GetUtcNow() - took).ToString("O", CultureInfo.InvariantCulture);
            observer.Logger.SlowUnary(startTime, took, context.Peer, method.FullName, context.GetHttpContext().Request.ContentLength ?? 0, 0);
        }
    }

    // Who writes to a call that has just ended is told InvalidOperationException, at a passed deadline before the token is cancelled.
    private StatusCode CodeOf(Exception error) => error switch
    {
        RpcException rpc => rpc.StatusCode,
        OperationCanceledException or IOException or InvalidOperationException when HasPassedDeadline => StatusCode.DeadlineExceeded,
        OperationCanceledException or IOException or InvalidOperationException when context.CancellationToken.IsCancellationRequested => StatusCode.Cancelled,
        _ => StatusCode.Unknown,
    };

    private bool HasPassedDeadline => context.Deadline <= method.Observer.Time.GetUtcNow().UtcDateTime;
}
