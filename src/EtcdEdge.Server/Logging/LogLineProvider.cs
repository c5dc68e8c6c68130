using EtcdEdge.Configuration;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server.Logging;

/// <summary>Makes the loggers that write etcd's lines.</summary>
internal sealed class LogLineProvider(LogOutput output, LogFormat format, bool verbose, TimeProvider clock) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new LogLineLogger(categoryName, output, format, verbose, clock);

    /// <summary>The output is its opener's to close.</summary>
    public void Dispose()
    {
    }
}
