using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server;

/// <summary>Log lines of the wire side, event ids 200 to 299; highest used: 203.</summary>
internal static partial class WireLog
{
    [LoggerMessage(200, LogLevel.Warning, "request stats: {ResponseType} answered {Code} to {Remote} after {TimeSpent}")]
    private static partial void SlowRpcCore(ILogger logger, string responseType, string code, string remote, string timeSpent);

    public static void SlowRpc(this ILogger logger, string method, StatusCode code, TimeSpan timeSpent, string remote) =>
        SlowRpcCore(logger, method, code.ToString(), remote, $"{timeSpent.TotalMilliseconds}ms");

    [LoggerMessage(201, LogLevel.Error, "{Method} failed unexpectedly")]
    public static partial void RpcFailedUnexpectedly(this ILogger logger, string method, Exception error);

    [LoggerMessage(202, LogLevel.Warning, "{Path} error: {Output}")]
    public static partial void HealthRefused(this ILogger logger, string path, string output);

    [LoggerMessage(203, LogLevel.Warning, "rejecting HTTP request to prevent DNS rebinding attacks, host {Host}")]
    public static partial void HostRejected(this ILogger logger, string host);
}
