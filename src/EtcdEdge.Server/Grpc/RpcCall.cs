using Grpc.Core;

namespace EtcdEdge.Server.Grpc;

/// <summary>One call being watched; lives on its handler's frame.</summary>
internal readonly struct RpcCall(RpcMethod method, ServerCallContext context, long started)
{
    public void Succeeded() => Ended(StatusCode.OK);

    /// <summary>Records how the call failed. The caller rethrows.</summary>
    public void Failed(Exception error)
    {
        var code = CodeOf(error);
        if (code == StatusCode.Unknown)
        {
            method.Observer.Logger.RpcFailedUnexpectedly(method.FullName, error);
        }

        Ended(code);
    }

    private void Ended(StatusCode code)
    {
        var observer = method.Observer;
        var elapsed = observer.Time.GetTimestamp() - started;
        if (method.IsUnary && elapsed > observer.WarnAfter)
        {
            observer.Logger.SlowRpc(method.FullName, code, observer.Time.GetElapsedTime(started, started + elapsed), context.Peer);
        }
    }

    private StatusCode CodeOf(Exception error) => error switch
    {
        RpcException rpc => rpc.StatusCode,
        OperationCanceledException when context.CancellationToken.IsCancellationRequested =>
            context.Deadline <= Now ? StatusCode.DeadlineExceeded : StatusCode.Cancelled,
        _ => StatusCode.Unknown,
    };

    private DateTime Now => method.Observer.Time.GetUtcNow().UtcDateTime;
}
