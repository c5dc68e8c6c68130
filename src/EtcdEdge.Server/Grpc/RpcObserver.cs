using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server.Grpc;

/// <summary>What is watched about calls: how long a unary call may take before it is logged, and where.</summary>
/// <param name="logger">Receives etcd's "request stats" lines.</param>
/// <param name="warnAfter">--warning-unary-request-duration.</param>
/// <param name="time">The clock of the log line and of the durations.</param>
internal sealed class RpcObserver(ILogger logger, TimeSpan warnAfter, TimeProvider time)
{
    public ILogger Logger { get; } = logger;

    public TimeProvider Time { get; } = time;

    /// <summary>In the clock's own units, so that a fast call costs one subtraction and one comparison.</summary>
    public long WarnAfter { get; } = (long)(warnAfter.TotalSeconds * time.TimestampFrequency);

    public RpcMethod Method(IMethod method) => new(this, method);
}
