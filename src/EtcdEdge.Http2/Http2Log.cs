using EtcdEdge.Http2.Hpack;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Http2;

/// <summary>Lines about clients' connections; event ids from 1500.</summary>
public static partial class Http2Log
{
    /// <summary>A client that does not keep to HTTP/2; its connection was ended with this reason.</summary>
    [LoggerMessage(1500, LogLevel.Debug, "closed a connection that broke HTTP/2")]
    public static partial void ProtocolBroken(this ILogger logger, string remoteAddr, Http2Error code, string reason);

    /// <summary>An internal error: the connection was closed, the others continue.</summary>
    [LoggerMessage(1502, LogLevel.Error, "failed to read a connection")]
    public static partial void ReadingFailed(this ILogger logger, string remoteAddr, Exception error);

    /// <summary>A request's handler failed beyond what it answers itself.</summary>
    [LoggerMessage(1501, LogLevel.Error, "failed to serve a request")]
    public static partial void HandlerFailed(this ILogger logger, string path, Exception error);
}
