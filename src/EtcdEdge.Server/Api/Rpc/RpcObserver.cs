using EtcdEdge.Server.Metrics;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server.Api.Rpc;

/// <summary>Observes the calls: the counters, and the log for slow unary calls.</summary>
/// <param name="metrics">Counts calls, messages and bytes.</param>
/// <param name="logger">Receives etcd's "request stats" lines.</param>
/// <param name="warnAfter">--warning-unary-request-duration.</param>
/// <param name="time">The clock of the log line and of the durations.</param>
internal sealed class RpcObserver(EtcdMetrics metrics, ILogger logger, TimeSpan warnAfter, TimeProvider time)
{
    public NetworkMetrics Network { get; } = metrics.Network;

    public ILogger Logger { get; } = logger;

    public TimeProvider Time { get; } = time;

    public TimeSpan WarnAfter { get; } = warnAfter;

    /// <summary>At --log-level=debug every unary call gets its line.</summary>
    public bool TellsAll { get; } = logger.IsEnabled(LogLevel.Debug);

    public RpcMethod Method(IMethod method) => new(this, method, metrics.Grpc.Find(method.FullName));
}
